using System.Numerics.Tensors;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Encoders.Audio;
using ReviewStudio.Core.Inference.Encoders.Images;
using ReviewStudio.Core.Inference.Fusion;
using ReviewStudio.Core.Training.Heads;

namespace ReviewStudio.Core.Training.Fusion;

/// <summary>One way in which a part is seen: a vector with a scale and a penalty of its own.</summary>
/// <param name="Name">Its input in the head's file.</param>
/// <param name="Modality">Whose parts have it.</param>
/// <param name="Width">Its length; 0 for n-grams, whose columns depend on the examples.</param>
/// <param name="Dense">The vector of a part, or null where it has none; unused for n-grams.</param>
internal sealed record View(string Name, Modality Modality, int Width, Func<PartVector, float[]?> Dense)
{
    /// <summary>Hashed n-grams, scaled by idf to length 1.</summary>
    public static readonly View Ngrams = new("text_ngrams", Modality.Text, 0, _ => null);

    /// <summary>All, in the order of the parameters.</summary>
    public static readonly IReadOnlyList<View> All =
    [
        Ngrams,
        new("text_embedding", Modality.Text, HeadModel.EmbeddingLength, p => p.Text?.Embedding),
        new("image_features", Modality.Image, ImageEncoder.Dimensions, p => p.Image?.Features),
        new("image_layout", Modality.Image, ImageEncoder.LayoutDimensions, p => p.Image?.Layout),
        new("audio_speech", Modality.Audio, AudioEncoder.Dimensions, p => p.Audio),
    ];

    public bool IsSparse => Width == 0;
}

/// <summary>A view's scale, fitted on examples.</summary>
/// <param name="Mean">Of each column; empty for n-grams.</param>
/// <param name="Factor">What a column is multiplied by after its mean is taken off: 1 / (standard deviation · √width), so that views of any width weigh alike.</param>
/// <param name="Ngrams">The columns of n-grams, or null.</param>
internal sealed record ViewScale(View View, float[] Mean, float[] Factor, FeatureSpace? Ngrams)
{
    // Columns that hardly vary are not blown up: a deviation counts as at least this share of the mean one.
    private const double LeastDeviation = 0.1;

    public int Width => Ngrams?.Buckets.Length ?? View.Width;

    public static ViewScale Fit(View view, IEnumerable<PartVector> parts, int minimumDocumentFrequency)
    {
        if (view.IsSparse)
        {
            var options = new HeadTrainerOptions { MinimumDocumentFrequency = minimumDocumentFrequency };
            return new(view, [], [], FeatureSpace.Of(parts.Select(p => p.Text).OfType<TextVector>(), options));
        }

        var rows = parts.Select(view.Dense).OfType<float[]>().ToArray();
        var (mean, squares) = (new double[view.Width], new double[view.Width]);
        foreach (var row in rows)
        {
            for (var j = 0; j < mean.Length; j++)
            {
                mean[j] += row[j] / (double)rows.Length;
            }
        }

        foreach (var row in rows)
        {
            for (var j = 0; j < mean.Length; j++)
            {
                squares[j] += (row[j] - mean[j]) * (row[j] - mean[j]) / rows.Length;
            }
        }

        var typical = Math.Max(1e-6, Math.Sqrt(squares.Average()));
        return new(
            view,
            Array.ConvertAll(mean, m => (float)m),
            Array.ConvertAll(squares, s => (float)(1 / (Math.Max(Math.Sqrt(s), LeastDeviation * typical) * Math.Sqrt(view.Width)))),
            null);
    }

    /// <summary>
    /// The vector of a part, or null where the part does not have this view. Dense ones are not scaled yet: scaling is
    /// linear and is done to the weights, so that no fold needs a copy of the vectors.
    /// </summary>
    public ViewRow? Row(PartVector part) =>
        part.Modality != View.Modality ? null
        : Ngrams is null ? View.Dense(part) is { } dense ? new ViewRow(dense, null) : null
        : part.Text is { } text ? new ViewRow(null, Ngrams.NgramRow(text)) : null;

    /// <summary>Weights of scaled columns as weights of the columns as they come, and what is to be taken off the sum.</summary>
    public (float[] Weights, double Offset) Unscale(ReadOnlySpan<float> weights)
    {
        var plain = weights.ToArray();
        if (Ngrams is not null)
        {
            return (plain, 0);
        }

        TensorPrimitives.Multiply(plain, Factor, plain);
        return (plain, TensorPrimitives.Dot<float>(plain, Mean));
    }
}

/// <summary>The vector of a part in one view, of one of two kinds.</summary>
internal readonly record struct ViewRow(float[]? Dense, SparseVector? Sparse)
{
    public double Dot(ReadOnlySpan<float> weights)
    {
        if (Dense is not null)
        {
            return TensorPrimitives.Dot(weights, Dense);
        }

        double sum = 0;
        for (var i = 0; i < Sparse!.Indices.Length; i++)
        {
            sum += weights[Sparse.Indices[i]] * Sparse.Values[i];
        }

        return sum;
    }

    public void AddTo(Span<float> target, float factor)
    {
        if (Dense is not null)
        {
            TensorPrimitives.MultiplyAdd(Dense, factor, target, target);
            return;
        }

        for (var i = 0; i < Sparse!.Indices.Length; i++)
        {
            target[Sparse.Indices[i]] += Sparse.Values[i] * factor;
        }
    }
}
