using System.CommandLine;
using System.Diagnostics;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Cli.Bench;

/// <summary>Media that come in while people review: throughput of each modality, and how long pages and workbench take meanwhile.</summary>
internal sealed class BenchMediaVerb : IBenchVerb
{
    private const string Help = """
        Start the product on a port of its own with a head in service that reads all parts. Open pages, lists and tasks, and
        ask what an open workbench asks, again and again: first with nothing else to do, then while pictures, sounds and
        videos come in over the API, are looked at by ffmpeg, encoded and scored by the product's own jobs: half of each kind
        by itself, the other halves mixed. Videos as far as there are, at most a twentieth of the items; pictures and sounds
        share the rest. Prints throughput_per_s of each modality, from the first request to the last prediction kept, beside
        the same models run bare on tensors made beforehand, and the times of pages and workbench idle and during. Ends with
        1 where an item was not scored whose media can be read.

        Example: reviewstudio bench media --data samples/ --items 500 --json
        """;

    private readonly Option<DirectoryInfo> _data = new("--data") { Description = "A folder of JPEG pictures, WAV and OGG sounds, and MP4, WebM and MKV videos, also in subfolders.", Required = true };
    private readonly Option<double> _idle = new("--idle") { Description = "Seconds for which pages are timed with nothing else to do.", DefaultValueFactory = _ => 20 };
    private readonly BenchOptions _shared = new(items: 500);

    private sealed record Figure(int Items, int Scored, double Seconds, double ThroughputPerS, double BaselinePerS, double Ratio);

    /// <summary>How long files took, alone or mixed, and the same models bare.</summary>
    private sealed record Phase(string Name, string[] Files, Func<BareEncoders, Action> Bare);

    private sealed record Answers(Dictionary<string, AnswerTimes> Kinds, IReadOnlyList<double> All, int Opened, int Predicted);

    public Command Build(GlobalOptions options)
    {
        var command = new Command("media", Help) { _data, _idle };
        _shared.AddTo(command);
        command.SetAction((parsed, stop) => CommandLine.GuardAsync(() => RunAsync(parsed, parsed.GetValue(options.Json), stop)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, bool json, CancellationToken stop)
    {
        var kinds = MediaBenchFiles.Of(parsed.GetRequiredValue(_data), parsed.GetValue(_shared.Items));
        await using var database = await BenchDatabase.OpenAsync(parsed, _shared);
        await using var site = await MediaBenchSite.StartAsync(database, stop);
        if (site.Encoders is not { Images: not null, Faces: not null, Audio: not null, PictureText: not null })
        {
            throw new RefusedException("bench.encoders", "An encoder is missing. The verb doctor says which and how to get it.");
        }

        // Every code path once before anything is timed, and something to claim.
        await SendAsync(site, kinds.Select(k => k.First), stop);
        await site.ScoredAsync(stop);
        var idle = await TimesAsync(site, () => Task.Delay(TimeSpan.FromSeconds(parsed.GetValue(_idle)), stop));
        Phase[] phases = [.. kinds.Select(k => new Phase(k.Name, k.Alone, bare => k.Bare(bare, k.Alone))), new Phase("mixed", [.. MediaBenchFiles.Mix(kinds)], bare => All(kinds.Select(k => k.Bare(bare, k.Mixed))))];
        var seconds = new Dictionary<string, double>(StringComparer.Ordinal);
        await using var memory = new PeakMemory();
        var during = await TimesAsync(site, async () =>
        {
            foreach (var phase in phases)
            {
                var watch = Stopwatch.StartNew();
                await SendAsync(site, phase.Files, stop);
                await site.ScoredAsync(stop);
                seconds[phase.Name] = watch.Elapsed.TotalSeconds;
            }
        });
        var (peak, scored, bare) = (memory.Megabytes, await site.ScoredItemsAsync(stop), new BareEncoders(site.Encoders.States()));
        var figures = phases.ToDictionary(p => p.Name, p => Of(p, scored, seconds[p.Name], Seconds(p.Bare(bare))), StringComparer.Ordinal);
        var left = await site.UnscoredAsync(stop);
        var result = Result(database.Provider, figures, (idle, during), new { not_ready = await site.NotReadyAsync(stop), not_scored = left, peak_memory_mb = peak });
        await _shared.TellAsync(parsed, json, result, $"{Lines(figures, idle, during)}");
        if (left > 0)
        {
            await Console.Error.WriteLineAsync($"{left} items whose media can be read were not scored.");
        }

        return left > 0 ? 1 : 0;
    }

    private static BenchResult Result(string provider, Dictionary<string, Figure> figures, (Answers Idle, Answers During) times, object end)
    {
        var (items, seconds) = (figures.Values.Sum(f => f.Items), figures.Values.Sum(f => f.Seconds));
        var more = CommandLine.ToJson(end).ToDictionary(p => p.Key, p => (object?)p.Value?.DeepClone(), StringComparer.Ordinal);
        var (idle, during) = times;
        more["seconds"] = Math.Round(seconds, 1);
        more["scored"] = figures.Values.Sum(f => f.Scored);
        more["modalities"] = figures.Where(f => f.Key != "mixed").ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal);
        more["mixed"] = figures["mixed"];
        more["requests"] = during.Kinds.ToDictionary(k => k.Key, k => new { idle = idle.Kinds.GetValueOrDefault(k.Key), during = k.Value }, StringComparer.Ordinal);
        (more["opened"], more["opened_with_prediction"]) = (during.Opened, during.Predicted);
        var all = BenchTimes.Of(idle.All);
        (more["idle_p50_ms"], more["idle_p95_ms"], more["idle_p99_ms"], more["longest_ms"]) = (all?.P50, all?.P95, all?.P99, Math.Round(during.All.Max(), 1));
        return new BenchResult("media", provider, items, 1, items / seconds) { Times = BenchTimes.Of(during.All), BaselinePerS = items / figures.Values.Sum(f => f.Items / f.BaselinePerS), More = more };
    }

    private static string Lines(Dictionary<string, Figure> figures, Answers idle, Answers during) => string.Join('\n',
    [
        .. figures.Select(f => FormattableString.Invariant($"{f.Key,-20} {f.Value.Items,4} items {f.Value.Scored,4} scored  {f.Value.ThroughputPerS,7:0.00}/s  bare {f.Value.BaselinePerS,7:0.0}/s  ratio {f.Value.Ratio:0.000}")),
        .. during.Kinds.Select(k => FormattableString.Invariant($"{k.Key,-20} idle p50 {idle.Kinds.GetValueOrDefault(k.Key)?.P50Ms,6:0.0} p99 {idle.Kinds.GetValueOrDefault(k.Key)?.P99Ms,6:0.0} ms   during p50 {k.Value.P50Ms,6:0.0} p99 {k.Value.P99Ms,6:0.0} longest {k.Value.LongestMs,6:0} ms")),
    ]);

    private static async Task<Answers> TimesAsync(MediaBenchSite site, Func<Task> work)
    {
        await using var load = new PageLoad(site);
        load.Start();
        await work();
        await load.StopAsync();
        return new(load.Times(), [.. load.All], load.Workbench.Seen.Opened, load.Workbench.Seen.Predicted);
    }

    private static async Task SendAsync(MediaBenchSite site, IEnumerable<string> files, CancellationToken stop)
    {
        foreach (var file in files)
        {
            await using var content = File.OpenRead(file);
            using var form = new MultipartFormDataContent
            {
                { new StringContent(MediaBenchSite.Queue), "queue" }, { new StringContent("bench"), "source" }, { new StringContent(file), "externalId" }, { new StreamContent(content), "file", "media" },
            };
            using var answer = await site.Client.PostAsync("/api/v1/items", form, stop);
            answer.EnsureSuccessStatusCode();
        }
    }

    private static Action All(IEnumerable<Action> actions)
    {
        Action[] all = [.. actions];
        return () => Array.ForEach(all, action => action());
    }

    private static double Seconds(Action action)
    {
        action();
        var clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed.TotalSeconds;
    }

    private static Figure Of(Phase phase, HashSet<string> scored, double seconds, double bare) => new(
        phase.Files.Length, phase.Files.Count(scored.Contains), Math.Round(seconds, 1), Math.Round(phase.Files.Length / seconds, 2), Math.Round(phase.Files.Length / bare, 1), Math.Round(bare / seconds, 3));
}
