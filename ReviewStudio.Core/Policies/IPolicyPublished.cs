using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Policies;

/// <summary>
/// What later rooms change when a new version takes the place of another. Runs in the publishing transaction, in
/// ascending order, after the versions and the map are saved. May clear the change tracker.
/// </summary>
public interface IPolicyPublished
{
    int Order { get; }

    Task FollowAsync(StudioDbContext db, PolicyPublication publication, CancellationToken cancellation);
}

/// <summary>A version that takes the place of another.</summary>
/// <param name="PolicyId">The policy.</param>
/// <param name="FromVersionId">The version that was in force.</param>
/// <param name="ToVersionId">The version that is in force now.</param>
/// <param name="Map">What became of the old labels.</param>
/// <param name="Pending">What becomes of cases that wait.</param>
/// <param name="Actor">Who publishes.</param>
/// <param name="Tally">Counts what was done, for the person who publishes.</param>
public sealed record PolicyPublication(
    long PolicyId, long FromVersionId, long ToVersionId, LabelMap Map, PendingCases Pending, Actor Actor, PublicationTally Tally);

public enum PendingCases
{
    /// <summary>Waiting cases are judged by the new version from now on.</summary>
    Move,

    /// <summary>Waiting cases are judged by the version that they came in under; their labels follow the map afterwards.</summary>
    Finish,
}

/// <summary>What a publication changed.</summary>
public sealed class PublicationTally
{
    /// <summary>Cases that changed to the new version.</summary>
    public int CasesMoved { get; set; }

    /// <summary>Stored labels that follow into another key.</summary>
    public int LabelsMapped { get; set; }

    /// <summary>Stored labels that were withdrawn; their cases wait again.</summary>
    public int LabelsWithdrawn { get; set; }

    /// <summary>Tasks opened for cases that must be judged again.</summary>
    public int TasksOpened { get; set; }
}

/// <summary>Tells the policies room how much depends on a policy, without it knowing the rooms below.</summary>
public interface IPolicyUse
{
    /// <summary>Adds what this room knows to the figures.</summary>
    Task CountAsync(StudioDbContext db, long policyId, PolicyUse use, CancellationToken cancellation);
}

/// <summary>What depends on a policy.</summary>
public sealed class PolicyUse
{
    /// <summary>Cases by the label that they stand at.</summary>
    public Dictionary<string, int> Labelled { get; } = new(StringComparer.Ordinal);

    /// <summary>Cases that wait for verdicts.</summary>
    public int Waiting { get; set; }

    /// <summary>Names of the queues that judge by it and are not archived.</summary>
    public List<string> UsedBy { get; } = [];
}
