using System.Collections.Concurrent;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Training.Backtest;

/// <summary>The scratch installations of a backtest: one prepared for each seed, and a copy of it for each strategy.</summary>
internal sealed class SeedPlays(IScratchStudios scratch, BacktestData data, BacktestRequest request)
{
    private readonly string _root = Directory.CreateTempSubdirectory("reviewstudio-backtest-").FullName;
    private readonly ConcurrentDictionary<int, Lazy<Task<BacktestDraw>>> _prepared = new();

    public async Task PlayAsync(int seed, string strategy, Func<BacktestPoint, Task> told, CancellationToken cancellation)
    {
        var prepared = _prepared.GetOrAdd(seed, s => new Lazy<Task<BacktestDraw>>(() => PrepareAsync(s, cancellation)));
        var draw = await prepared.Value;
        var folder = Path.Combine(_root, FormattableString.Invariant($"seed-{seed}-{strategy}"));
        Copy(FolderOf(seed), folder);
        await using (var studio = await scratch.OpenAsync(folder, cancellation))
        {
            var place = await PrepareSeed.OpenAsync(studio, cancellation);
            await new PlayedCurve(studio, place, data, draw, request, strategy, seed).RunAsync(told, cancellation);
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Waits for what is being prepared and deletes everything.</summary>
    public async Task CleanAsync()
    {
        foreach (var prepared in _prepared.Values.Where(p => p.IsValueCreated))
        {
            await Task.WhenAny(prepared.Value);
        }

        Directory.Delete(_root, recursive: true);
    }

    private async Task<BacktestDraw> PrepareAsync(int seed, CancellationToken cancellation)
    {
        var draw = BacktestDraw.Of(data.File.Rows.Count, request, seed);
        await using var studio = await scratch.OpenAsync(FolderOf(seed), cancellation);
        await new PrepareSeed(studio, data, seed).RunAsync(draw, cancellation);
        return draw;
    }

    private string FolderOf(int seed) => Path.Combine(_root, FormattableString.Invariant($"seed-{seed}"));

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
