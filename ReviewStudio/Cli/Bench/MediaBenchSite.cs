using System.Diagnostics;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Accounts.Keys;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Encoders;
using ReviewStudio.Core.Inference.Media;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;
using ReviewStudio.Hosting;

namespace ReviewStudio.Cli.Bench;

/// <summary>The whole product on a port of its own, with its background jobs, and a client that may send items and review.</summary>
internal sealed class MediaBenchSite : IAsyncDisposable
{
    public const string Queue = "bench";

    private const string Email = "bench@localhost.invalid";
    private const string Password = "only-for-this-run-3";

    // How long nothing may move before what is left is given up.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly WebApplication _app;
    private readonly string _folder;
    private Head _head = null!;
    private ReviewQueue _queue = null!;
    private Actor _reviewer = Actor.System;

    private MediaBenchSite(WebApplication app, string folder) => (_app, _folder) = (app, folder);

    /// <summary>Sends and reviews by an API key.</summary>
    public HttpClient Client { get; } = new();

    /// <summary>Opens pages, signed in.</summary>
    public HttpClient Browser { get; } = new(new HttpClientHandler { AllowAutoRedirect = false });

    public EncoderCatalog Encoders => _app.Services.GetRequiredService<EncoderCatalog>();

    /// <summary>What a workbench asks for that stands open.</summary>
    public WorkbenchCalls Workbench() => new(_app.Services, _queue.Id, _reviewer);

    private Database Database => _app.Services.GetRequiredService<Database>();

    public static async Task<MediaBenchSite> StartAsync(BenchDatabase database, CancellationToken stop)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"reviewstudio-bench-{Guid.NewGuid():N}");
        var app = StudioHost.BuildWeb(new HostArguments(folder, [
            "--environment=Production", .. database.Arguments, "--urls=http://127.0.0.1:0", "--Demo:Enabled=false", "--Api:RequestsPerMinute=1000000", "--Serilog:MinimumLevel:Default=Error",
            "--Serilog:MinimumLevel:Override:Microsoft.AspNetCore=Error", "--Serilog:MinimumLevel:Override:Microsoft.Hosting.Lifetime=Error"]));
        var site = new MediaBenchSite(app, folder);
        try
        {
            await StudioHost.PrepareAsync(app.Services, stop);
            await app.StartAsync(stop);
            await site.FillAsync(stop);
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until every item whose media can be read carries the head's prediction, as the product's own jobs give it.</summary>
    /// <returns>False where nothing has moved for a while and some are left.</returns>
    public async Task<bool> ScoredAsync(CancellationToken stop)
    {
        var (least, since) = (int.MaxValue, Stopwatch.StartNew());
        while (true)
        {
            var left = await LeftAsync(stop);
            if (left == 0)
            {
                return true;
            }

            if (left < least)
            {
                (least, since) = (left, Stopwatch.StartNew());
            }
            else if (since.Elapsed > Patience)
            {
                return false;
            }

            await Task.Delay(100, stop);
        }
    }

    /// <summary>The external ids of items that carry the head's prediction.</summary>
    public Task<HashSet<string>> ScoredItemsAsync(CancellationToken stop) => Database.ReadAsync(
        async db => (await (
            from reviewCase in db.Set<ReviewCase>()
            join item in db.Set<Item>() on reviewCase.ItemId equals item.Id
            where reviewCase.QueueId == _queue.Id && reviewCase.HeadId == _head.Id && reviewCase.Probabilities != null
            select item.ExternalId).ToListAsync(stop)).ToHashSet(StringComparer.Ordinal),
        stop);

    /// <summary>How many items lack the head's prediction although their media can be read.</summary>
    public Task<int> UnscoredAsync(CancellationToken stop) => Database.ReadAsync(db => Unscored(db).CountAsync(stop), stop);

    /// <summary>How many of the media could not be shown.</summary>
    public Task<int> NotReadyAsync(CancellationToken stop) => Database.ReadAsync(db => db.Set<MediaProbe>().CountAsync(p => p.State != ProbeState.Ready, stop), stop);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Browser.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>What media still wait, to be looked at or encoded, and what items still wait for their score.</summary>
    private Task<int> LeftAsync(CancellationToken stop) => Database.ReadAsync(
        async db => await db.Set<MediaProbe>().CountAsync(p => p.State == ProbeState.Waiting || !db.Set<EncodedMedia>().Any(m => m.Hash == p.Hash), stop)
            + await Unscored(db).CountAsync(stop),
        stop);

    /// <summary>Cases without the head's prediction whose media are not known to be unreadable.</summary>
    private IQueryable<ReviewCase> Unscored(StudioDbContext db) => db.Set<ReviewCase>().Where(c => c.QueueId == _queue.Id && c.HeadId != _head.Id
        && !db.Set<ItemPart>().Any(part => part.ItemId == c.ItemId && db.Set<MediaProbe>().Any(p => p.Hash == part.BlobHash && p.State != ProbeState.Waiting && p.State != ProbeState.Ready)));

    private async Task FillAsync(CancellationToken stop)
    {
        Client.BaseAddress = Browser.BaseAddress = new Uri(_app.Urls.First());
        var now = TimeProvider.System.Instant();
        var version = await Database.WriteAsync(
            async db =>
            {
                var policy = new Policy { Key = Queue, Name = "Bench", CreatedAt = now };
                var version = new PolicyVersion { Policy = policy, Number = 1, State = PolicyVersionState.Published, CreatedAt = now, PublishedAt = now };
                version.Labels.Add(new PolicyLabel { Key = "ok", Name = "OK", Ordinal = 0, Benign = true, HotKey = "1" });
                version.Labels.Add(new PolicyLabel { Key = "bad", Name = "Bad", Ordinal = 1, Severity = 3, HotKey = "2" });
                db.Add(version);
                await db.SaveChangesAsync(stop);
                db.Add(_queue = new ReviewQueue { Key = Queue, Name = "Bench", PolicyId = policy.Id, CreatedAt = now });
                await db.SaveChangesAsync(stop);
                return version;
            },
            stop);
        _head = await MediaBenchHead.ServeAsync(_app.Services, version, stop);
        string[] roles = [Roles.MLEngineer, Roles.Moderator, Roles.PolicyLead];
        await using var scope = _app.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Reviewer>>();
        var user = await AccountAsync(users, Email, "bench", roles, stop);
        _reviewer = new Actor((await AccountAsync(users, "workbench@localhost.invalid", "workbench", [Roles.Moderator], stop)).Id, "workbench", new HashSet<string>(StringComparer.Ordinal) { Roles.Moderator });
        await users.AddPasswordAsync(user, Password);
        var key = await _app.Services.GetRequiredService<CreateApiKey>().RunAsync(
            new NewApiKey("bench", [ApiScopes.WriteItems, ApiScopes.ReadItems, ApiScopes.Tasks, ApiScopes.ReadPolicies], 1), new Actor(user.Id, "bench", roles.ToHashSet(StringComparer.Ordinal)), stop);
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Secret);
        await SignInAsync(stop);
    }

    private async Task<Reviewer> AccountAsync(UserManager<Reviewer> users, string email, string name, string[] roles, CancellationToken stop)
    {
        await _app.Services.GetRequiredService<CreateAccount>().RunAsync(new AccountForm { Email = email, Name = name, Roles = new SortedSet<string>(roles, StringComparer.Ordinal) }, Actor.System, stop);
        return (await users.FindByEmailAsync(email))!;
    }

    /// <summary>By the form that people use.</summary>
    private async Task SignInAsync(CancellationToken stop)
    {
        const string Field = "name=\"__RequestVerificationToken\" value=\"";
        var page = await Browser.GetStringAsync("/account/login", stop);
        var at = page.IndexOf(Field, StringComparison.Ordinal) + Field.Length;
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["_handler"] = "login", ["__RequestVerificationToken"] = page[at..page.IndexOf('"', at)], ["Input.Email"] = Email, ["Input.Password"] = Password, ["Input.Credential"] = "",
        });
        var answer = await Browser.PostAsync("/account/login", form, stop);
        if ((int)answer.StatusCode is not 302)
        {
            throw new InvalidOperationException($"Signing in was answered with {answer.StatusCode}.");
        }
    }
}
