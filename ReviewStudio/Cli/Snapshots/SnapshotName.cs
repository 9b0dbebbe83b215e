using ReviewStudio.Api;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Cli.Snapshots;

/// <summary>Finds a snapshot by its id, its folder's name, or the beginning of its logical hash.</summary>
internal static class SnapshotName
{
    private const int ShortestHash = 6;

    /// <exception cref="RefusedException"><c>snapshot.unknown</c>.</exception>
    public static SnapshotAnswer Find(string name, IReadOnlyList<SnapshotAnswer> known) =>
        known.FirstOrDefault(s => string.Equals(s.Folder, name, StringComparison.Ordinal) || string.Equals(s.Id.ToString(), name, StringComparison.OrdinalIgnoreCase)
            || (name.Length >= ShortestHash && s.Hash.StartsWith(name, StringComparison.OrdinalIgnoreCase)))
        ?? throw new RefusedException("snapshot.unknown", $"There is no snapshot '{name}'. 'reviewstudio snapshot list' names those that there are.");
}

/// <summary>No services: what asks a server needs none of this installation's.</summary>
internal sealed class Nothing : IServiceProvider
{
    public static Nothing Instance { get; } = new();

    public object? GetService(Type serviceType) => null;
}
