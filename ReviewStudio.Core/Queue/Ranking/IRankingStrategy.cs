namespace ReviewStudio.Core.Queue.Ranking;

/// <summary>Says how much a verdict on a case is wanted. Stateless and thread-safe; equal input gives equal output.</summary>
public interface IRankingStrategy
{
    /// <summary>Stable key for settings, files and the command line, such as <c>margin</c>.</summary>
    string Key { get; }

    /// <summary>One sentence for the settings page.</summary>
    string Description { get; }

    /// <summary>How wanted the verdict is, in [0, 1]; 1 is served first.</summary>
    double Uncertainty(RankInput input);
}

/// <summary>What a strategy may look at.</summary>
/// <param name="probabilities">f32[C], the champion's calibrated probabilities, summing to 1; empty where no head serves yet.</param>
/// <param name="casePublicId">The case's public id: the only source of chance, so that a re-rank repeats itself.</param>
/// <param name="seed">Varies the chance between queues and experiments.</param>
public readonly ref struct RankInput(ReadOnlySpan<float> probabilities, Guid casePublicId = default, ulong seed = 0)
{
    public ReadOnlySpan<float> Probabilities { get; } = probabilities;

    public Guid CasePublicId { get; } = casePublicId;

    public ulong Seed { get; } = seed;
}
