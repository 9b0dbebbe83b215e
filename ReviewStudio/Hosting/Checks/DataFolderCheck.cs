using ReviewStudio.Core.Storage;

namespace ReviewStudio.Hosting.Checks;

/// <summary>Whether the data folder can be written to, and how much room is left there.</summary>
internal sealed class DataFolderCheck(StudioFolders folders) : ISystemCheck
{
    private const long Low = 5L << 30;
    private const long TooLow = 512L << 20;

    public int Order => 10;

    public async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancellation) =>
        [await FolderAsync(cancellation), Room(new DriveInfo(folders.Root).AvailableFreeSpace)];

    internal static Finding Room(long free)
    {
        var words = $"{free / (double)(1L << 30):0.0} GiB free where the data folder lies";
        return free switch
        {
            < TooLow => new("Disk", Health.Failed, words, "Make room or move the data folder: the database cannot grow."),
            < Low => new("Disk", Health.Warning, words, "Make room before the next large import."),
            _ => new("Disk", Health.Ok, words),
        };
    }

    private async Task<Finding> FolderAsync(CancellationToken cancellation)
    {
        var probe = Path.Combine(folders.Root, $".probe-{Guid.NewGuid():N}");
        try
        {
            await File.WriteAllTextAsync(probe, "probe", cancellation);
            File.Delete(probe);
            return new("Data folder", Health.Ok, folders.Root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new("Data folder", Health.Failed, $"{folders.Root} cannot be written to: {e.Message}", "Give the account that runs the program the right to write there, or set Data:Folder.");
        }
    }
}
