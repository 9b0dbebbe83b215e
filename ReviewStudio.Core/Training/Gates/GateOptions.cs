namespace ReviewStudio.Core.Training.Gates;

/// <summary>Margins of the promotion gate.</summary>
public sealed record GateOptions
{
    /// <summary>The lower bound of the macro-F1 difference must lie above minus this.</summary>
    public double LowerBoundMargin { get; init; } = 0.01;

    /// <summary>Below this many frozen examples, only a clearly worse challenger fails; everything else warns.</summary>
    public int MinimumExamples { get; init; } = 500;

    /// <summary>With too few examples, a point estimate worse than minus this fails.</summary>
    public double ClearlyWorseMargin { get; init; } = 0.1;

    /// <summary>A slice may lose this much macro-F1.</summary>
    public double SliceMargin { get; init; } = 0.03;

    /// <summary>Slices with fewer examples can only warn.</summary>
    public int MinimumSliceExamples { get; init; } = 100;

    /// <summary>Greatest expected calibration error, 0 to 1.</summary>
    public double CalibrationBound { get; init; } = 0.1;

    /// <summary>Confidence of the bootstrap intervals, two-sided.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Bootstrap resamples.</summary>
    public int Resamples { get; init; } = 2000;

    /// <summary>Seed of the bootstrap, recorded in the report.</summary>
    public ulong Seed { get; init; } = 1;
}
