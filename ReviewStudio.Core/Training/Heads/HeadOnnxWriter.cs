using System.Globalization;
using System.Text.Json;

namespace ReviewStudio.Core.Training.Heads;

/// <summary>
/// Writes a head as a self-contained ONNX file: raw n-grams and embedding in, calibrated probabilities out. Idf, row
/// normalisation, the embedding's scale and the temperature are inside, so that whoever serves it does no arithmetic.
/// Inputs: <c>ngram_indices</c> i64[b,k], <c>ngram_values</c> f32[b,k] (both padded with 0), <c>embedding</c> f32[b,512]
/// (zeros where absent), <c>embedding_present</c> f32[b,1] (1 or 0). Output: <c>probabilities</c> f32[b,C].
/// </summary>
public static class HeadOnnxWriter
{
    /// <summary>The value of <c>reviewstudio.format</c>.</summary>
    public const string Format = "head-1";

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
        var g = new HeadGraph();
        g.Input("ngram_indices", HeadGraph.Int64, -1, -2);
        g.Input("ngram_values", HeadGraph.Float, -1, -2);
        g.Input("embedding", HeadGraph.Float, -1, HeadTrainerOptions.EmbeddingWidth);
        g.Input("embedding_present", HeadGraph.Float, -1, 1);
        g.Output("probabilities", HeadGraph.Float, -1, head.LabelKeys.Count);

        var ngrams = NgramLogits(g, head);
        var embedding = EmbeddingLogits(g, head);
        g.Node("Add", "sum", [ngrams, embedding]);
        g.Node("Add", "logits", ["sum", g.Constant("bias", Scaled(head, head.Model.Bias), head.LabelKeys.Count)]);
        g.Node("Softmax", "probabilities", ["logits"], ("axis", -1));
        g.Save(target, Metadata(head, provenance));
    }

    private static string NgramLogits(HeadGraph g, FittedHead head)
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

        g.Node("Gather", "rows", [g.Constant("row_of_bucket", rowOf, rowOf.Length), "ngram_indices"]);
        g.Node("Gather", "idf_of_row", [g.Constant("idf", idf, idf.Length), "rows"]);
        g.Node("Mul", "tf_idf", ["ngram_values", "idf_of_row"]);
        g.Constant("ngram_axis", [1L], 1);
        g.Node("Mul", "squares", ["tf_idf", "tf_idf"]);
        g.Node("ReduceSum", "sum_of_squares", ["squares", "ngram_axis"], ("keepdims", 1));
        g.Node("Sqrt", "length", ["sum_of_squares"]);
        g.Node("Max", "positive_length", ["length", g.Constant("smallest_length", [SmallestLength], 1)]);
        g.Node("Div", "unit", ["tf_idf", "positive_length"]);
        g.Node("Unsqueeze", "unit_column", ["unit", g.Constant("last_axis", [2L], 1)]);
        g.Node("Gather", "weights_of_row", [g.Constant("ngram_weights", Table(head, -1, idf.Length), idf.Length, head.LabelKeys.Count), "rows"]);
        g.Node("Mul", "products", ["unit_column", "weights_of_row"]);
        return g.Node("ReduceSum", "ngram_logits", ["products", "ngram_axis"], ("keepdims", 0));
    }

    private static string EmbeddingLogits(HeadGraph g, FittedHead head)
    {
        var first = head.Space.Buckets.Length;
        var width = HeadTrainerOptions.EmbeddingWidth;
        var table = Table(head, first, width);
        for (var i = 0; i < table.Length; i++)
        {
            table[i] *= head.Space.EmbeddingScale;
        }

        // The presence masks the embedding too: what a caller leaves in an absent row cannot matter.
        g.Node("Mul", "masked", ["embedding", "embedding_present"]);
        g.Node("MatMul", "embedded", ["masked", g.Constant("embedding_weights", table, width, head.LabelKeys.Count)]);
        g.Node("Sub", "absent", [g.Constant("one", [1f], 1), "embedding_present"]);
        g.Node("MatMul", "absence", ["absent", g.Constant("absence_weights", Table(head, first + width, 1), 1, head.LabelKeys.Count)]);
        return g.Node("Add", "embedding_logits", ["embedded", "absence"]);
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

    private static float[] Scaled(FittedHead head, float[] values) => Array.ConvertAll(values, v => (float)(v / head.Temperature));

    private static IEnumerable<KeyValuePair<string, string>> Metadata(FittedHead head, HeadProvenance provenance) =>
    [
        new("reviewstudio.format", Format),
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
