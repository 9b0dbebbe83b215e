using System.Globalization;
using System.Text.Json;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Fusion;
using ReviewStudio.Core.Inference.Onnx;
using ReviewStudio.Core.Training.Heads;

namespace ReviewStudio.Core.Training.Fusion;

/// <summary>
/// Writes a fused head as a self-contained ONNX file: raw vectors of any number of parts in, calibrated probabilities
/// out, with the contract that <see cref="FusionModel"/> tells of. Scales, idf and temperature are inside.
/// </summary>
public static class FusionOnnxWriter
{
    private const float SmallestLength = 1e-12f;

    // e to the power of this is 0: parts of a modality that was never trained on say nothing.
    private const float Silent = -1e9f;

    /// <summary>Writes the file under a temporary name and moves it into place, so that no half file is ever seen.</summary>
    public static void Save(FittedFusion head, HeadProvenance provenance, string path)
    {
        File.WriteAllBytes(path + ".partial", ToBytes(head, provenance));
        File.Move(path + ".partial", path, overwrite: true);
    }

    /// <summary>The file; equal heads and provenance give equal bytes.</summary>
    public static byte[] ToBytes(FittedFusion head, HeadProvenance provenance)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(provenance);
        var g = new OnnxGraphBuilder("fusion");
        g.Input("text_ngrams", OnnxType.Int64, "batch", "texts", "ngrams");
        g.Input("text_ngram_values", OnnxType.Float, "batch", "texts", "ngrams");
        g.Input("text_embedding", OnnxType.Float, "batch", "texts", View.All[1].Width);
        g.Input("text_embedding_present", OnnxType.Float, "batch", "texts", 1);
        g.Input("text_present", OnnxType.Float, "batch", "texts", 1);
        g.Input("image_features", OnnxType.Float, "batch", "images", View.All[2].Width);
        g.Input("image_layout", OnnxType.Float, "batch", "images", View.All[3].Width);
        g.Input("image_present", OnnxType.Float, "batch", "images", 1);
        g.Input("audio_speech", OnnxType.Float, "batch", "sounds", View.All[4].Width);
        g.Input("audio_present", OnnxType.Float, "batch", "sounds", 1);
        g.Output("probabilities", OnnxType.Float, "batch", head.LabelKeys.Count);

        var embedding = g.Node("Mul", [Dense(g, head, 1), "text_embedding_present"]);
        var text = Score(g, head, Modality.Text, Ngrams(g, head), embedding);
        var image = Score(g, head, Modality.Image, Dense(g, head, 2), Dense(g, head, 3));
        var audio = Score(g, head, Modality.Audio, Dense(g, head, 4));
        var scores = g.Node("Concat", [text, image, audio], ("axis", 1));
        var present = g.Node("Concat", ["text_present", "image_present", "audio_present"], ("axis", 1));
        Finish(g, head, Pool(g, head, scores, present));
        foreach (var (key, value) in Metadata(head, provenance))
        {
            g.Metadata(key, value);
        }

        return g.ToBytes();
    }

    private static string Ngrams(OnnxGraphBuilder g, FittedFusion head)
    {
        var space = head.Space.Scales[0].Ngrams!;
        var outputs = head.Space.Outputs;

        // Row 0 stands for all buckets that were not seen in training, with idf 0 and weights 0.
        var rowOf = new int[HeadTrainerOptions.NgramBuckets];
        var idf = new float[space.Buckets.Length + 1];
        var table = new float[idf.Length * outputs];
        for (var c = 0; c < space.Buckets.Length; c++)
        {
            rowOf[space.Buckets[c]] = c + 1;
            idf[c + 1] = space.Idf[c];
            for (var k = 0; k < outputs; k++)
            {
                table[((c + 1) * outputs) + k] = head.Parameters[head.Space.Weights(0, k) + c];
            }
        }

        var rows = g.Node("Gather", [g.Initializer("row_of_bucket", rowOf, rowOf.Length), "text_ngrams"]);
        var scaled = g.Node("Mul", ["text_ngram_values", g.Node("Gather", [g.Initializer("idf", idf, idf.Length), rows])]);
        var axis = g.Longs(2);
        var length = g.Node("Sqrt", [g.Node("ReduceSum", [g.Node("Mul", [scaled, scaled]), axis], ("keepdims", 1))]);
        var unit = g.Node("Unsqueeze", [g.Node("Div", [scaled, g.Node("Max", [length, g.Scalar(SmallestLength)])]), g.Longs(3)]);
        var weights = g.Node("Gather", [g.Initializer("ngram_weights", table, idf.Length, outputs), rows]);
        return g.Node("ReduceSum", [g.Node("Mul", [unit, weights]), axis], ("keepdims", 0));
    }

    private static string Dense(OnnxGraphBuilder g, FittedFusion head, int view)
    {
        var (scale, outputs) = (head.Space.Scales[view], head.Space.Outputs);
        var table = new float[scale.Width * outputs];
        var offsets = new float[outputs];
        for (var k = 0; k < outputs; k++)
        {
            var (weights, offset) = scale.Unscale(head.Parameters.AsSpan(head.Space.Weights(view, k), scale.Width));
            offsets[k] = (float)-offset;
            for (var j = 0; j < weights.Length; j++)
            {
                table[(j * outputs) + k] = weights[j];
            }
        }

        var name = scale.View.Name;
        var product = g.Node("MatMul", [name, g.Initializer(name + "_weights", table, scale.Width, outputs)]);
        return g.Node("Add", [product, g.Initializer(name + "_offsets", offsets, outputs)]);
    }

    /// <summary>The sum of a part's views and its modality's bias.</summary>
    private static string Score(OnnxGraphBuilder g, FittedFusion head, Modality modality, params string[] views)
    {
        var silent = head.Rule == FusionRule.Any ? Silent : 0;
        var bias = new float[head.Space.Outputs];
        for (var k = 0; k < bias.Length; k++)
        {
            bias[k] = head.Space.Seen[(int)modality] ? head.Parameters[head.Space.Bias(modality, k)] : silent;
        }

        var sum = views.Aggregate((a, b) => g.Node("Add", [a, b]));
        return g.Node("Add", [sum, g.Initializer($"bias_{(int)modality}", bias, bias.Length)]);
    }

    /// <summary>From scores [b, parts, outputs] to logits [b, outputs], by the head's rule.</summary>
    private static string Pool(OnnxGraphBuilder g, FittedFusion head, string scores, string present)
    {
        var bases = Enumerable.Range(0, head.Space.Outputs).Select(k => head.Parameters[head.Space.Base(k)]).ToArray();
        if (head.Rule == FusionRule.Sum)
        {
            var sum = g.Node("ReduceSum", [g.Node("Mul", [scores, present]), g.Longs(1)], ("keepdims", 0));
            return g.Node("Add", [sum, g.Initializer("base", bases, bases.Length)]);
        }

        var odds = g.Node("Mul", [g.Node("Exp", [g.Node("Min", [scores, g.Scalar(FusionSolver.Highest)])]), present]);
        var all = g.Node("ReduceSum", [odds, g.Longs(1)], ("keepdims", 0));
        var start = Array.ConvertAll(bases, b => MathF.Exp(Math.Min(b, FusionSolver.Highest)));
        return g.Node("Log", [g.Node("Add", [all, g.Initializer("base", start, start.Length)])]);
    }

    /// <summary>Puts logits in the order of the labels, with 0 for the reference, and ends with the softmax.</summary>
    private static void Finish(OnnxGraphBuilder g, FittedFusion head, string logits)
    {
        var (outputs, labels) = (head.Outputs, head.LabelKeys.Count);
        var places = new float[outputs.Labels.Count * labels];
        for (var k = 0; k < outputs.Labels.Count; k++)
        {
            places[(k * labels) + outputs.Labels[k]] = 1;
        }

        var rest = Array.ConvertAll(outputs.Spread(new double[outputs.Labels.Count]), v => (float)v);
        var spread = g.Node("Add", [
            g.Node("MatMul", [logits, g.Initializer("places", places, outputs.Labels.Count, labels)]), g.Initializer("rest", rest, labels)]);
        var tempered = g.Node("Div", [spread, g.Scalar((float)head.Report.Temperature)]);
        g.AddNode("Softmax", [tempered], ["probabilities"], ("axis", -1));
    }

    private static IEnumerable<KeyValuePair<string, string>> Metadata(FittedFusion head, HeadProvenance provenance)
    {
        var penalties = string.Join(' ', head.Report.Penalties.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Key}={p.Value:R}")));
        return
        [
            new("reviewstudio.format", FusionModel.Format),
            new("reviewstudio.labels", JsonSerializer.Serialize(head.LabelKeys)),
            new("reviewstudio.encoders", provenance.Encoders),
            new("reviewstudio.trained_on", provenance.TrainedOn),
            new("reviewstudio.policy", provenance.Policy),
            new("reviewstudio.trainer", string.Create(CultureInfo.InvariantCulture, $"fusion-1 rule={head.Rule} {penalties} temperature={head.Report.Temperature:R}")),
            new("reviewstudio.created", provenance.CreatedUtc.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture)),
        ];
    }
}
