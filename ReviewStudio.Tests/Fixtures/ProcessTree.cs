using System.Globalization;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>The memory of a process and all below it, as Linux counts it: what is resident together, and the most there was.</summary>
public sealed class ProcessTree : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;
    private readonly int _root;
    private long _most;
    private long _mostBelow;

    /// <param name="root">The process at the top.</param>
    public ProcessTree(int root)
    {
        _root = root;
        _watching = Task.Run(WatchAsync);
    }

    /// <summary>In MB of 1,000,000 bytes, since the last <see cref="Reset"/>.</summary>
    public double Megabytes => Math.Round(_most / 1e6);

    /// <summary>The same of the largest process below the server's, such as ffmpeg.</summary>
    public double MegabytesBelow => Math.Round(_mostBelow / 1e6);

    public void Reset() => (_most, _mostBelow) = (0, 0);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    /// <summary>Looks once more, so that what is over quickly is counted too.</summary>
    public void Sample()
    {
        var processes = Read();
        var tree = new HashSet<int> { _root };
        for (var before = 0; before != tree.Count;)
        {
            before = tree.Count;
            tree.UnionWith(processes.Where(p => tree.Contains(p.Parent)).Select(p => p.Id));
        }

        var within = processes.Where(p => tree.Contains(p.Id)).ToList();
        // A process that has just been forked still shares all its memory with the server and is not counted twice; the tracer is not the program's.
        var helpers = within.Where(p => p.Name is "ffmpeg" or "ffprobe").ToList();
        var server = within.Where(p => p.Name is not ("ffmpeg" or "ffprobe" or "strace")).Select(p => p.Resident).DefaultIfEmpty(0).Max();
        _most = Math.Max(_most, server + helpers.Sum(p => p.Resident));
        _mostBelow = Math.Max(_mostBelow, helpers.Select(p => p.Peak).DefaultIfEmpty(0).Max());
    }

    private async Task WatchAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Sample();
            await Task.Delay(15, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static List<(int Id, int Parent, string Name, long Resident, long Peak)> Read()
    {
        var found = new List<(int, int, string, long, long)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                continue;
            }

            try
            {
                var lines = File.ReadAllLines(Path.Combine(folder, "status"));
                found.Add((id, (int)Number(lines, "PPid:"), lines[0].Split('\t')[^1], Number(lines, "VmRSS:") * 1024, Number(lines, "VmHWM:") * 1024));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile.
            }
        }

        return found;
    }

    private static long Number(string[] lines, string name) =>
        Array.Find(lines, l => l.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) : 0;
}
