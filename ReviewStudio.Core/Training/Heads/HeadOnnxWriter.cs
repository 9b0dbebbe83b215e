using System.Globalization;
using System.Text.Json;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Onnx;

namespace ReviewStudio.Core.Training.Heads;

/// <summary>
/// Writes a head as a self-contained ONNX file: raw n-grams and embedding in, calibrated probabilities out. Idf, row
/// normalisation, the embedding's scale and the temperature are inside, so that whoever serves it does no arithmetic.
/// Inputs: <c>ngram_indices</c> i64[b,k], <c>ngram_values</c> f32[b,k] (both padded with 0), <c>embedding</c> f32[b,512]
/// (zeros where absent), <c>embedding_present</c> f32[b,1] (1 or 0). Output: <c>probabilities</c> f32[b,C].
/// </summary>
public static class HeadOnnxWriter
{
    // Rows without a known n-gram have length 0, and 0 divided by this stays 0.
    private const float SmallestLength = 1e-12f;

    /// <summary>Writes the file under a temporary name and moves it into place, so that no half file is ever seen.</summary>
    public static void Save(FittedHead head, HeadProvenance provenance, string path)
    {
        var partial = path + ".partial";
        using (var file = File.Create(partial))
        {
            Write(head, provenance, file);
        }

        File.Move(partial, path, overwrite: true);
    }

    /// <summary>Writes the file; equal heads and provenance give equal bytes.</summary>
    public static void Write(FittedHead head, HeadProvenance provenance, Stream target)
    {
        var labels = head.LabelKeys.Count;
        var g = new OnnxGraphBuilder("head");
        g.Input("ngram_indices", OnnxType.Int64, "batch", "ngrams");
        g.Input("ngram_values", OnnxType.Float, "batch", "ngrams");
        g.Input("embedding", OnnxType.Float, "batch", HeadTrainerOptions.EmbeddingWidth);
        g.Input("embedding_present", OnnxType.Float, "batch", 1);
        g.Output("probabilities", OnnxType.Float, "batch", labels);

        var sum = g.Node("Add", [NgramLogits(g, head), EmbeddingLogits(g, head)]);
        var logits = g.Node("Add", [sum, g.Initializer("bias", Array.ConvertAll(head.Model.Bias, v => (float)(v / head.Temperature)), labels)]);
        g.AddNode("Softmax", [logits], ["probabilities"], ("axis", -1));
        foreach (var (key, value) in Metadata(head, provenance))
        {
            g.Metadata(key, value);
        }

        target.Write(g.ToBytes());
    }

    private static string NgramLogits(OnnxGraphBuilder g, FittedHead head)
    {
        // Two steps keep the file small: 2^18 bucket → row of a table that holds only the buckets seen in training.
        // Row 0 stands for all others, with idf 0 and weights 0.
        var rowOf = new int[HeadTrainerOptions.NgramBuckets];
        var idf = new float[head.Space.Buckets.Length + 1];
        for (var c = 0; c < head.Space.Buckets.Length; c++)
        {
            rowOf[head.Space.Buckets[c]] = c + 1;
            idf[c + 1] = head.Space.Idf[c];
        }

        var rows = g.Node("Gather", [g.Initializer("row_of_bucket", rowOf, rowOf.Length), "ngram_indices"]);
        var scaled = g.Node("Mul", ["ngram_values", g.Node("Gather", [g.Initializer("idf", idf, idf.Length), rows])]);
        var axis = g.Longs(1);
        var length = g.Node("Sqrt", [g.Node("ReduceSum", [g.Node("Mul", [scaled, scaled]), axis], ("keepdims", 1))]);
        var unit = g.Node("Div", [scaled, g.Node("Max", [length, g.Scalar(SmallestLength)])]);
        var weights = g.Node("Gather", [g.Initializer("ngram_weights", Table(head, -1, idf.Length), idf.Length, head.LabelKeys.Count), rows]);
        return g.Node("ReduceSum", [g.Node("Mul", [g.Node("Unsqueeze", [unit, g.Longs(2)]), weights]), axis], ("keepdims", 0));
    }

    private static string EmbeddingLogits(OnnxGraphBuilder g, FittedHead head)
    {
        var labels = head.LabelKeys.Count;
        var first = head.Space.Buckets.Length;
        var width = HeadTrainerOptions.EmbeddingWidth;
        var table = Array.ConvertAll(Table(head, first, width), w => w * head.Space.EmbeddingScale);

        // The presence masks the embedding too: what a caller leaves in an absent row cannot matter.
        var masked = g.Node("Mul", ["embedding", "embedding_present"]);
        var present = g.Node("MatMul", [masked, g.Initializer("embedding_weights", table, width, labels)]);
        var absent = g.Node("Sub", [g.Scalar(1), "embedding_present"]);
        return g.Node("Add", [present, g.Node("MatMul", [absent, g.Initializer("absence_weights", Table(head, first + width, 1), 1, labels)])]);
    }

    /// <summary>Rows of weights from one column on, row-major [rows, C], divided by the temperature; column -1 is the row of zeros.</summary>
    private static float[] Table(FittedHead head, int firstColumn, int rows)
    {
        var labels = head.LabelKeys.Count;
        var table = new float[rows * labels];
        for (var r = firstColumn < 0 ? 1 : 0; r < rows; r++)
        {
            for (var k = 0; k < labels; k++)
            {
                table[(r * labels) + k] = head.Model.Weights[k] is { } w ? (float)(w[firstColumn + r] / head.Temperature) : 0;
            }
        }

        return table;
    }

    private static IEnumerable<KeyValuePair<string, string>> Metadata(FittedHead head, HeadProvenance provenance) =>
    [
        new("reviewstudio.format", HeadModel.Format),
        new("reviewstudio.labels", JsonSerializer.Serialize(head.LabelKeys)),
        new("reviewstudio.encoders", provenance.Encoders),
        new("reviewstudio.trained_on", provenance.TrainedOn),
        new("reviewstudio.policy", provenance.Policy),
        new("reviewstudio.trainer", string.Create(CultureInfo.InvariantCulture, $"logistic-1 l2={head.L2:R} temperature={head.Temperature:R}")),
        new("reviewstudio.created", provenance.CreatedUtc.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture)),
    ];
}

/// <summary>Where a head comes from, kept in its file.</summary>
/// <param name="Encoders">Keys and versions of the encoders whose vectors it takes, such as <c>ngram-1;use-lite-en-1</c>.</param>
/// <param name="TrainedOn">Public id or hash of the training snapshot.</param>
/// <param name="Policy">Policy key and version, such as <c>hate@3</c>.</param>
/// <param name="CreatedUtc">When; given by the caller, so that the same training gives the same bytes.</param>
public sealed record HeadProvenance(string Encoders, string TrainedOn, string Policy, DateTime CreatedUtc);
