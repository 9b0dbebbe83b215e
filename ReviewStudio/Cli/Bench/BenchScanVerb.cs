using System.CommandLine;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ReviewStudio.Core.Inference;

namespace ReviewStudio.Cli.Bench;

/// <summary>Scans over HTTP, load generator included, against a bare loop of the same encoder and head in one process.</summary>
internal sealed class BenchScanVerb : IBenchVerb
{
    private const string Help = """
        Serve the product on a local port, fit a head to the file's first 2,000 rows, then let clients scan the others over
        HTTP, each sending its next post when the last one is answered. The baseline tokenises, encodes and scores the same
        posts in a plain loop, in batches of 32 as they come. Load generator and server share this machine.

        Example: reviewstudio bench scan --data posts.csv --text tweet --label class --concurrency 32 --json
        """;

    private const int Rounds = 5;

    private readonly Option<FileInfo> _data = new("--data") { Description = "A labelled file: CSV, TSV, JSON lines or Parquet.", Required = true };
    private readonly Option<string> _text = new("--text") { Description = "The column with the text.", DefaultValueFactory = _ => "text" };
    private readonly Option<string> _label = new("--label") { Description = "The column with the label.", DefaultValueFactory = _ => "label" };
    private readonly BenchOptions _shared = new(concurrency: 32);
    private readonly Option<int> _seconds = new("--seconds") { Description = "How long each part is measured.", DefaultValueFactory = _ => 10 };
    private readonly Option<double> _reviewShare = new("--review-share") { Description = "Share of the posts that goes to review, and so into the database.", DefaultValueFactory = _ => 0.05 };

    public Command Build(GlobalOptions options)
    {
        var command = new Command("scan", Help) { _data, _text, _label, _seconds, _reviewShare };
        _shared.AddTo(command);
        command.SetAction((parsed, stop) => CommandLine.GuardAsync(() => RunAsync(parsed, parsed.GetValue(options.Json), stop)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, bool json, CancellationToken stop)
    {
        var posts = await ScanBenchSite.PostsAsync(parsed.GetRequiredValue(_data), parsed.GetValue(_text)!, parsed.GetValue(_label)!, stop);
        await using var database = await BenchDatabase.OpenAsync(parsed, _shared);
        await using var site = await ScanBenchSite.StartAsync(posts, parsed.GetValue(_reviewShare), database, stop);
        var texts = posts.Skip(2_000).Select(p => p.Text).ToArray();
        new Random(parsed.GetValue(_shared.Seed)).Shuffle(texts);
        var span = TimeSpan.FromSeconds(parsed.GetValue(_seconds));
        var concurrency = parsed.GetValue(_shared.Concurrency);

        // Warm-up of both, unmeasured.
        await LoadAsync(site, texts, concurrency, TimeSpan.FromSeconds(3), stop);
        Bare(site, texts, 32, TimeSpan.FromSeconds(2));

        // In turns, so that what else the machine does meets all of them alike.
        var (bare, scans, bareOf8, scansBy8) = (Measured.None, Measured.None, Measured.None, Measured.None);
        for (var round = 0; round < Rounds; round++)
        {
            bare = bare.And(Bare(site, texts, 32, span / Rounds));
            scans = scans.And(await LoadAsync(site, texts, concurrency, span / Rounds, stop));
            bareOf8 = bareOf8.And(Bare(site, texts, 8, span / Rounds));
            scansBy8 = scansBy8.And(await LoadAsync(site, texts, 8, span / Rounds, stop));
        }

        var ratioOf8 = Math.Round(Percentile(scansBy8, 0.99) / Percentile(bareOf8, 0.99), 2);
        var result = new BenchResult("scan", database.Provider, scans.Milliseconds.Count, concurrency, scans.PerSecond)
        {
            Times = BenchTimes.Of(scans.Milliseconds), BaselinePerS = bare.PerSecond,
            More = new
            {
                at_8 = new { throughput_per_s = Math.Round(scansBy8.PerSecond), p50_ms = Percentile(scansBy8, 0.5), p99_ms = Percentile(scansBy8, 0.99), bare_p50_ms = Percentile(bareOf8, 0.5), bare_p99_ms = Percentile(bareOf8, 0.99), p99_ratio = ratioOf8 },
                cpu_ms = Math.Round(scans.CpuMilliseconds, 2), baseline_cpu_ms = Math.Round(bare.CpuMilliseconds, 2), review_share = Math.Round((double)scans.Kept / scans.Count, 4), encoder = site.Vectorizer.Version,
            },
        };
        await _shared.TellAsync(parsed, json, result, $"{scans.PerSecond:N0} scans/s by {concurrency} clients, {scans.PerSecond / bare.PerSecond:0.000} of a bare loop ({bare.PerSecond:N0}/s); p99 {Percentile(scans, 0.99)} ms; by 8 clients p99 {Percentile(scansBy8, 0.99)} ms, {ratioOf8} of a bare batch of 8");
        return 0;
    }

    /// <summary>Tokenise, encode, score: nothing else.</summary>
    private static Measured Bare(ScanBenchSite site, string[] texts, int batch, TimeSpan span)
    {
        var times = new List<double>();
        var (watch, cpu) = (Stopwatch.StartNew(), Cpu());
        var next = 0;
        while (watch.Elapsed < span)
        {
            var started = Stopwatch.GetTimestamp();
            var inputs = new TextInput[batch];
            for (var i = 0; i < batch; i++)
            {
                inputs[i] = new TextInput(texts[next++ % texts.Length], "en");
            }

            site.Head.Predict(site.Vectorizer.Vectorize(inputs));
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return new Measured(times, times.Count * batch, watch.Elapsed.TotalSeconds, Cpu() - cpu, 0);
    }

    private static async Task<Measured> LoadAsync(ScanBenchSite site, string[] texts, int concurrency, TimeSpan span, CancellationToken stop)
    {
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = concurrency }) { BaseAddress = site.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", site.Secret);
        var (next, kept) = (0, 0);
        var run = Guid.NewGuid().ToString("N")[..8];
        var times = new List<double>[concurrency];
        var (watch, cpu) = (Stopwatch.StartNew(), Cpu());
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(async worker =>
        {
            var mine = times[worker] = [];
            while (watch.Elapsed < span)
            {
                var number = Interlocked.Increment(ref next);
                var started = Stopwatch.GetTimestamp();
                using var answer = await client.PostAsJsonAsync("/api/v1/scan", new { source = "bench", externalId = $"{run}-{number}", text = texts[number % texts.Length], language = "en" }, stop);
                answer.EnsureSuccessStatusCode();
                await using var body = await answer.Content.ReadAsStreamAsync(stop);
                using var document = await JsonDocument.ParseAsync(body, cancellationToken: stop);
                mine.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                if (document.RootElement.GetProperty("outcome").GetString() != "allow")
                {
                    Interlocked.Increment(ref kept);
                }
            }
        }));
        var all = times.SelectMany(t => t).ToList();
        return new Measured(all, all.Count, watch.Elapsed.TotalSeconds, Cpu() - cpu, kept);
    }

    private static double Percentile(Measured measured, double share) => BenchTimes.At([.. measured.Milliseconds.Order()], share);

    /// <summary>Processor time of this process in seconds.</summary>
    private static double Cpu()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime.TotalSeconds;
    }

    /// <param name="Milliseconds">A time each call.</param>
    /// <param name="Count">Posts in these calls.</param>
    private sealed record Measured(IReadOnlyList<double> Milliseconds, int Count, double Seconds, double CpuSeconds, int Kept)
    {
        public static Measured None { get; } = new([], 0, 0, 0, 0);

        public double PerSecond => Count / Seconds;

        /// <summary>Processor time a post: what another load on the machine does not change much.</summary>
        public double CpuMilliseconds => 1_000 * CpuSeconds / Count;

        public Measured And(Measured more) => new([.. Milliseconds, .. more.Milliseconds], Count + more.Count, Seconds + more.Seconds, CpuSeconds + more.CpuSeconds, Kept + more.Kept);
    }
}
