using System.Collections.Concurrent;

namespace ReviewStudio.Components.Pages.Review;

/// <summary>The workbenches that are open on this node, so that their claims can be given back when it leaves.</summary>
public sealed class OpenBenches
{
    private readonly ConcurrentDictionary<WorkbenchState, bool> _open = new();

    public void Add(WorkbenchState bench) => _open[bench] = true;

    public void Remove(WorkbenchState bench) => _open.TryRemove(bench, out _);

    public Task ReleaseAsync() => Task.WhenAll(_open.Keys.Select(b => b.ReleaseAsync()));
}
