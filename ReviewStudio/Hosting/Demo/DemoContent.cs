using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Scanning;
using ReviewStudio.Core.Scanning.Settings;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Training;

namespace ReviewStudio.Hosting.Demo;

/// <summary>
/// Fills an empty installation: accounts, two policies with their queues, items in six languages through the same door
/// as any import, and a first head trained on the items that were judged in the past.
/// </summary>
public sealed class DemoContent(
    Database database, TimeProvider clock, IServiceScopeFactory scopes, IEnumerable<IItemIntake> intakes, StartTraining training, RunBackgroundJob runner)
{
    /// <summary>The password of every demo account; shown on the login page in demo mode, and made nowhere else.</summary>
    public const string Password = "demo-review-2026";

    private const string Source = "demo";
    private static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true };
    private static readonly string[] PastReviewers = ["Past reviewer Ines", "Past reviewer Tomas", "Past reviewer Yuki"];

    public static IReadOnlyList<DemoAccount> Accounts { get; } =
    [
        new("Mara", "moderator@demo.example", [Roles.Moderator], "Team North"),
        new("Jonas", "moderator2@demo.example", [Roles.Moderator], "Team South"),
        new("Leila", "lead@demo.example", [Roles.PolicyLead, Roles.Moderator], "Policy"),
        new("Emil", "engineer@demo.example", [Roles.MLEngineer], "ML"),
        new("Ada", "admin@demo.example", [Roles.Admin], "Operations"),
    ];

    /// <summary>Fills an empty installation, or completes one whose filling was broken off; leaves every other alone.</summary>
    public async Task EnsureAsync(CancellationToken cancellation)
    {
        var policies = await ReadAsync<DemoPolicy[]>("policies.json", cancellation);
        var there = await database.ReadAsync(db => db.Set<Policy>().Select(p => p.Key).ToListAsync(cancellation), cancellation);
        if (there.Except(policies.Select(p => p.Key), StringComparer.Ordinal).Any())
        {
            return;
        }

        await AddAccountsAsync();
        foreach (var policy in policies.Where(p => !there.Contains(p.Key, StringComparer.Ordinal)))
        {
            var items = (await ItemsAsync(cancellation)).FindAll(i => i.Policy == policy.Key);
            await database.WriteAsync(db => AddPolicyAsync(db, policy, items, cancellation), cancellation);
        }

        var untrained = await database.ReadAsync(
            db => db.Set<ReviewQueue>().Where(q => !db.Set<TrainingRun>().Any(r => r.PolicyId == q.PolicyId)).OrderBy(q => q.Id).Select(q => q.Id).ToListAsync(cancellation),
            cancellation);
        foreach (var queue in untrained)
        {
            var started = await training.RunAsync(new TrainingRequest(queue, "hand"), Actor.System, cancellation);
            await runner.RunAsync(started.JobId, cancellation);
        }
    }

    private static async Task<List<DemoItem>> ItemsAsync(CancellationToken cancellation) =>
        [.. (await File.ReadAllLinesAsync(PathOf("items.jsonl"), cancellation))
            .Where(line => line.Length > 0).Select(line => JsonSerializer.Deserialize<DemoItem>(line, Json)!)];

    private async Task<ReviewQueue> AddPolicyAsync(StudioDbContext db, DemoPolicy demo, List<DemoItem> items, CancellationToken cancellation)
    {
        var now = clock.Instant();
        var policy = new Policy { Key = demo.Key, Name = demo.Name, CreatedAt = now };
        var version = new PolicyVersion { Policy = policy, Number = 1, Guidance = demo.Guidance, ChangeNote = "First edition", CreatedAt = now };
        version.Labels.AddRange(demo.Labels.Select((l, i) => new PolicyLabel
        {
            Key = l.Key, Name = l.Name, Colour = l.Colour, Severity = l.Severity, HotKey = l.HotKey, Benign = l.Benign, Guidance = l.Guidance, Ordinal = i,
        }));
        version.State = PolicyVersionState.Published;
        version.PublishedAt = now;
        db.Add(version);
        await db.SaveChangesAsync(cancellation);
        var queue = new ReviewQueue
        {
            Key = demo.Key, Name = demo.Name, PolicyId = policy.Id, CreatedAt = now, RetrainEvery = 20, Plan = new ReviewPlan { SecondLookShare = 0.2, GoldShare = 0.05 }, AuditRate = 0.05, AuditDailyBudget = 12,
        };
        db.Add(queue);
        await db.SaveChangesAsync(cancellation);
        db.Add(new ScanSettings
        {
            PolicyId = policy.Id, Number = 1, Enabled = true, QueueId = queue.Id, WhenUnscored = ScanOutcome.Review, WhenLate = ScanOutcome.Review, CreatedAt = now,
            ThresholdsJson = JsonSerializer.Serialize(version.Labels.Where(l => !l.Benign).ToDictionary(l => l.Key, ScanSettings.Usual)),
        });

        var rows = items.ConvertAll(i => (Demo: i, Item: NewItem(i, now)));
        db.AddRange(rows.Select(r => r.Item));
        await db.SaveChangesAsync(cancellation);
        var incoming = rows.ConvertAll(r => Incoming(r.Demo, r.Item));
        var context = new IntakeContext(queue.Id, LabelUse.Ignore, PastReviewers[0], "", Actor.System) { PolicyId = policy.Id };
        foreach (var intake in intakes.OrderBy(i => i.Order))
        {
            await intake.AcceptAsync(db, context, incoming, cancellation);
        }

        return queue;
    }

    private static Item NewItem(DemoItem demo, DateTime now)
    {
        var item = new Item
        {
            Source = Source, ExternalId = demo.Id, Language = demo.Language, Author = demo.Author, ThreadId = demo.Thread, ReplyTo = demo.ReplyTo,
            PublishedAt = demo.CreatedAt.ToUniversalTime(), IngestedAt = now,
        };
        item.Parts.Add(new ItemPart { Modality = Modality.Text, Text = demo.Text });
        return item;
    }

    private static IncomingItem Incoming(DemoItem demo, Item item)
    {
        LabelUse use = demo.Role switch
        {
            "history" => LabelUse.Verdict,
            "frozen" => LabelUse.Frozen,
            "gold" => LabelUse.Gold,
            _ => LabelUse.Ignore,
        };
        var reviewer = PastReviewers[demo.Id[^1] % PastReviewers.Length];
        return new IncomingItem(item, use == LabelUse.Ignore ? null : demo.Label, use == LabelUse.Verdict ? reviewer : null, null) { LabelUse = use };
    }

    private async Task AddAccountsAsync()
    {
        using var scope = scopes.CreateScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Reviewer>>();
        foreach (var account in Accounts)
        {
            var reviewer = await users.FindByEmailAsync(account.Email);
            if (reviewer is null)
            {
                reviewer = new Reviewer
                {
                    UserName = account.Email, Email = account.Email, EmailConfirmed = true, DisplayName = account.Name, Group = account.Group, Clearance = 3, CreatedAt = clock.Instant(),
                };
                await users.CreateAsync(reviewer, Password);
            }

            if ((await users.GetRolesAsync(reviewer)).Count == 0)
            {
                await users.AddToRolesAsync(reviewer, account.Roles);
            }
        }
    }

    private static async Task<T> ReadAsync<T>(string name, CancellationToken cancellation)
    {
        await using var stream = File.OpenRead(PathOf(name));
        return await JsonSerializer.DeserializeAsync<T>(stream, Json, cancellation) ?? throw new JsonException($"The demo file {name} is empty.");
    }

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Hosting", "Demo", name);

    private sealed record DemoPolicy(string Key, string Name, string Guidance, DemoLabel[] Labels);

    private sealed record DemoLabel(string Key, string Name, string Colour, int Severity, string HotKey, bool Benign, string Guidance);

    private sealed record DemoItem(
        string Id, string Policy, string Language, string Author, string Thread, string ReplyTo, DateTime CreatedAt, string Label, string Role, string Text);
}
