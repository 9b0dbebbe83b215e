using ReviewStudio.Core.Inference.Fusion;

namespace ReviewStudio.Core.Training.Fusion;

/// <summary>A part as the solver takes it.</summary>
/// <param name="Rows">Which views it has, by index into <see cref="View.All"/>, and what they see.</param>
internal sealed record PartRows(Modality Modality, IReadOnlyList<(int View, ViewRow Row)> Rows);

/// <summary>The scales of all views, fitted on training examples, and where their weights lie in one vector of parameters.</summary>
internal sealed class FusionSpace
{
    private static readonly int Modalities = Enum.GetValues<Modality>().Length;

    private readonly int[] _offsets;

    private FusionSpace(ViewScale[] scales, bool[] seen, int outputs)
    {
        Scales = scales;
        Seen = seen;
        Outputs = outputs;
        _offsets = new int[scales.Length + 1];
        for (var v = 0; v < scales.Length; v++)
        {
            _offsets[v + 1] = _offsets[v] + (outputs * scales[v].Width);
        }
    }

    public ViewScale[] Scales { get; }

    /// <summary>Whether any example had a part of the modality: others are left out of account.</summary>
    public bool[] Seen { get; }

    /// <summary>Number of logits that are fitted: labels that occur, without the reference.</summary>
    public int Outputs { get; }

    /// <summary>Number of parameters.</summary>
    public int Length => _offsets[^1] + ((Modalities + 1) * Outputs);

    public static FusionSpace Fit(IEnumerable<FusionExample> examples, int outputs, int minimumDocumentFrequency)
    {
        var parts = examples.SelectMany(e => e.Parts).ToLookup(p => p.Modality);
        var scales = View.All.Select(v => ViewScale.Fit(v, parts[v.Modality], minimumDocumentFrequency)).ToArray();
        return new(scales, [.. Enum.GetValues<Modality>().Select(m => parts[m].Any())], outputs);
    }

    /// <summary>Where the weights of a view and output begin.</summary>
    public int Weights(int view, int output) => _offsets[view] + (output * Scales[view].Width);

    /// <summary>Where the bias of a modality's parts and output lies.</summary>
    public int Bias(Modality modality, int output) => _offsets[^1] + ((int)modality * Outputs) + output;

    /// <summary>Where the logit of an item without parts lies.</summary>
    public int Base(int output) => _offsets[^1] + (Modalities * Outputs) + output;

    /// <summary>The parts of an item, those of modalities that no example had left out.</summary>
    public PartRows[] Rows(IEnumerable<PartVector> parts) =>
        [.. parts.Where(p => Seen[(int)p.Modality]).Select(p => new PartRows(
            p.Modality,
            [.. Scales.Select((scale, v) => (v, Row: scale.Row(p))).Where(r => r.Row is not null).Select(r => (r.v, r.Row!.Value))]))];
}
