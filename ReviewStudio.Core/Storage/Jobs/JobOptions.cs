namespace ReviewStudio.Core.Storage.Jobs;

/// <summary>How jobs are held.</summary>
public sealed class JobOptions
{
    /// <summary>How long a job stays with a process that no longer answers. Renewed three times as often.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(20);
}
