namespace ReviewStudio.Core.Inference.Fusion;

/// <summary>What a part adds to the log-odds of a label, in nats; negative where it speaks against it.</summary>
/// <param name="Part">The part's number in its item.</param>
public readonly record struct PartInfluence(int Part, double LogOdds);

/// <summary>What all parts of a modality together add to the log-odds of a label, in nats.</summary>
public readonly record struct ModalityInfluence(Modality Modality, double LogOdds);

/// <summary>What moved a score.</summary>
/// <param name="Parts">One a part, in their order.</param>
/// <param name="Modalities">One a modality that the item has.</param>
public sealed record Attribution(IReadOnlyList<PartInfluence> Parts, IReadOnlyList<ModalityInfluence> Modalities)
{
    /// <summary>The part that speaks most for the label, or null where none does.</summary>
    public PartInfluence? Strongest => Parts.Where(p => p.LogOdds > 0).OrderByDescending(p => p.LogOdds).Select(p => (PartInfluence?)p).FirstOrDefault();
}
