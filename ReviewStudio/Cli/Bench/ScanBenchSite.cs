using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Accounts.Keys;
using ReviewStudio.Core.Content.Import.Reading;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Scanning;
using ReviewStudio.Core.Scanning.Settings;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Training.Heads;
using ReviewStudio.Hosting;

namespace ReviewStudio.Cli.Bench;

/// <summary>The whole product on a port of its own, with a head fitted to labelled posts and a key that may scan.</summary>
internal sealed class ScanBenchSite : IAsyncDisposable
{
    private const string Key = "bench";
    private const int FittedTo = 2_000;

    private readonly WebApplication _app;
    private readonly string _folder;

    private ScanBenchSite(WebApplication app, string folder) => (_app, _folder) = (app, folder);

    public Uri Address => new(_app.Urls.First());

    public string Secret { get; private set; } = "";

    public HeadModel Head { get; private set; } = null!;

    public TextVectorizer Vectorizer => _app.Services.GetRequiredService<TextVectorizer>();

    public static async Task<ScanBenchSite> StartAsync(IReadOnlyList<(string Text, string Label)> posts, double reviewShare, BenchDatabase database, CancellationToken stop)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"reviewstudio-bench-{Guid.NewGuid():N}");
        var app = StudioHost.BuildWeb(new HostArguments(folder, [
            "--environment=Production", .. database.Arguments, "--urls=http://127.0.0.1:0", "--Demo:Enabled=false", "--Api:ScansPerMinute=100000000", "--Serilog:MinimumLevel:Default=Error",

            // Logs of a server go to standard output, where the figures shall stand alone.
            "--Serilog:MinimumLevel:Override:Microsoft.AspNetCore=Error", "--Serilog:MinimumLevel:Override:Microsoft.Hosting.Lifetime=Error"]));
        var site = new ScanBenchSite(app, folder);
        try
        {
            await StudioHost.PrepareAsync(app.Services, stop);
            await site.FillAsync(posts, reviewShare, stop);
            await app.StartAsync(stop);
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <exception cref="RefusedException">The file has too few rows with both.</exception>
    public static async Task<List<(string Text, string Label)>> PostsAsync(FileInfo file, string text, string label, CancellationToken stop)
    {
        await using var reader = await RowReaders.OpenAsync(file.FullName, file.Name, format: null, stop);
        var posts = new List<(string Text, string Label)>();
        await foreach (var row in reader.ReadAsync(stop))
        {
            if (row.Error is null && row[text].Length > 0 && row[label].Length > 0)
            {
                posts.Add((row[text], row[label].Trim()));
            }
        }

        return posts.Count >= 2 * FittedTo ? posts : throw new RefusedException("bench.few", $"{file.Name} has {posts.Count:N0} rows with '{text}' and '{label}'; {2 * FittedTo:N0} are needed.");
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        BenchStudio.Release(_app.Services);
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task FillAsync(IReadOnlyList<(string Text, string Label)> posts, double reviewShare, CancellationToken stop)
    {
        var labels = posts.Select(p => p.Label).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var queue = await AddPolicyAsync(labels, stop);
        await ServeAsync(queue, posts, labels, stop);
        var sample = posts.Skip(FittedTo).Take(FittedTo).Select(p => new TextInput(p.Text, "en")).ToList();

        // A threshold that sends the wanted share to review: the first label stands for what is harmless.
        var harm = Head.Predict(Vectorizer.Vectorize(sample)).Select(row => 1 - row[0]).Order().ToList();
        var threshold = Math.Clamp(harm[Math.Min(harm.Count - 1, (int)((1 - reviewShare) * harm.Count))], 0.01, 0.999);
        await _app.Services.GetRequiredService<SetScanning>().RunAsync(
            new ScanForm(Key, true, Key, ScanOutcome.Review, ScanOutcome.Review, labels.Skip(1).ToDictionary(l => l, _ => new Threshold(threshold, null), StringComparer.Ordinal)), Actor.System, stop);
        await MakeKeyAsync(stop);
    }

    private async Task<ReviewQueue> AddPolicyAsync(List<string> labels, CancellationToken stop)
    {
        var now = TimeProvider.System.Instant();
        return await _app.Services.GetRequiredService<Database>().WriteAsync(
            async db =>
            {
                var policy = new Policy { Key = Key, Name = "Bench", CreatedAt = now };
                var version = new PolicyVersion { Policy = policy, Number = 1, State = PolicyVersionState.Published, CreatedAt = now, PublishedAt = now };
                version.Labels.AddRange(labels.Select((l, i) => new PolicyLabel { Key = l, Name = l, Ordinal = i, Benign = i == 0, Severity = i == 0 ? 0 : 1, HotKey = $"{i + 1}" }));
                db.Add(version);
                await db.SaveChangesAsync(stop);
                var queue = new ReviewQueue { Key = Key, Name = "Bench", PolicyId = policy.Id, CreatedAt = now };
                db.Add(queue);
                await db.SaveChangesAsync(stop);
                return queue;
            },
            stop);
    }

    private async Task ServeAsync(ReviewQueue queue, IReadOnlyList<(string Text, string Label)> posts, List<string> labels, CancellationToken stop)
    {
        var known = posts.Take(FittedTo).ToList();
        var vectors = Vectorizer.Vectorize(known.ConvertAll(p => new TextInput(p.Text, "en")));
        var head = LogisticHeadTrainer.Fit(
            [.. vectors.Select((v, i) => new TrainingExample(v, labels.IndexOf(known[i].Label)))], labels, new HeadTrainerOptions { L2 = 0.1, Temperature = 1 }, null, stop);
        var version = await _app.Services.GetRequiredService<Database>().ReadAsync(db => Task.FromResult(db.Set<PolicyVersion>().Single(v => v.PolicyId == queue.PolicyId)), stop);
        var served = await ServedHead.KeepAsync(
            _app.Services, new Head { PolicyId = queue.PolicyId, PolicyVersionId = version.Id, Number = 1, EncoderVersion = Vectorizer.Version, LabelKeysJson = JsonSerializer.Serialize(labels) },
            path => HeadOnnxWriter.Save(head, new HeadProvenance(Vectorizer.Version, "bench", Key, DateTime.UnixEpoch), path), stop);
        Head = (HeadModel)_app.Services.GetRequiredService<HeadRegistry>().Model(served.FileHash);
    }

    private async Task MakeKeyAsync(CancellationToken stop)
    {
        var form = new AccountForm { Email = "bench@localhost.invalid", Name = "bench", Roles = new SortedSet<string>([Roles.MLEngineer], StringComparer.Ordinal) };
        await _app.Services.GetRequiredService<CreateAccount>().RunAsync(form, Actor.System, stop);
        var owner = await _app.Services.GetRequiredService<Database>().ReadAsync(db => Task.FromResult(db.Set<Reviewer>().OrderByDescending(r => r.Id).Select(r => r.Id).First()), stop);
        var actor = new Actor(owner, "bench", new HashSet<string>(StringComparer.Ordinal) { Roles.MLEngineer });
        Secret = (await _app.Services.GetRequiredService<CreateApiKey>().RunAsync(new NewApiKey("bench", [ApiScopes.Scan], 1), actor, stop)).Secret;
    }
}
