using System.Text.Json;
using Microsoft.ML.OnnxRuntime;

namespace ReviewStudio.Core.Inference;

/// <summary>What loading a head of any kind has in common: opening the file, reading what it says of itself, trying it out.</summary>
internal static class HeadFile
{
    /// <exception cref="InvalidHeadException">The file is missing or not ONNX.</exception>
    public static InferenceSession Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidHeadException($"There is no head file '{Path.GetFileName(path)}'. Restore it, or roll back to another head.");
        }

        try
        {
            using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            return new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidHeadException($"'{Path.GetFileName(path)}' is not a model that ONNX Runtime can read. Export it as ONNX (operator set 17 or lower) and try again.", e);
        }
    }

    /// <summary>What a file says its format is; empty where it says nothing.</summary>
    /// <exception cref="InvalidHeadException">The file is missing or not ONNX.</exception>
    public static string FormatOf(string path)
    {
        using var session = Open(path);
        return session.ModelMetadata.CustomMetadataMap.TryGetValue("reviewstudio.format", out var format) ? format : "";
    }

    /// <exception cref="InvalidHeadException">Inputs or outputs are missing, or the metadata is not that of the format.</exception>
    public static HeadMetadata ReadMetadata(InferenceSession session, string[] inputs, string[] outputs, string format)
    {
        var missing = inputs.Except(session.InputMetadata.Keys, StringComparer.Ordinal).Concat(outputs.Except(session.OutputMetadata.Keys, StringComparer.Ordinal)).ToArray();
        if (missing.Length > 0)
        {
            throw new InvalidHeadException($"The model lacks {string.Join(", ", missing)}. A head takes {string.Join(", ", inputs)} and gives probabilities; export it that way.");
        }

        var properties = session.ModelMetadata.CustomMetadataMap;
        string Read(string key) => properties.TryGetValue("reviewstudio." + key, out var value) ? value : "";
        if (Read("format") != format)
        {
            throw new InvalidHeadException($"The model's metadata lacks reviewstudio.format = {format}. Add it with the labels when exporting.");
        }

        string[]? labels;
        try
        {
            labels = JsonSerializer.Deserialize<string[]>(Read("labels"));
        }
        catch (JsonException e)
        {
            throw new InvalidHeadException("The model's metadata reviewstudio.labels is not a JSON array of label keys.", e);
        }

        if (labels is not { Length: > 1 })
        {
            throw new InvalidHeadException("The model's metadata reviewstudio.labels must name at least two label keys.");
        }

        return new HeadMetadata(labels, Read("encoders"), Read("policy"), Read("trainer"), Read("trained_on"));
    }

    /// <exception cref="InvalidHeadException">The model fails on a trial input, or gives no probabilities.</exception>
    public static void Check(HeadMetadata metadata, Func<float[][]> predict)
    {
        float[][] rows;
        try
        {
            rows = predict();
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidHeadException($"The model fails on a trial input: {e.Message}", e);
        }

        foreach (var row in rows)
        {
            if (row.Length != metadata.Labels.Count)
            {
                throw new InvalidHeadException($"The model gives {row.Length} probabilities for {metadata.Labels.Count} labels.");
            }

            if (row.Any(p => !float.IsFinite(p) || p < 0) || Math.Abs(row.Sum() - 1) > 1e-3)
            {
                throw new InvalidHeadException("The model's probabilities are not between 0 and 1 or do not sum to 1. End it with a softmax.");
            }
        }
    }
}
