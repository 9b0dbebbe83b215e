using System.Buffers.Binary;
using System.Text.Json;
using ReviewStudio.Core.Policies;

namespace ReviewStudio.Core.Inference;

/// <summary>Probability vectors as they are stored: float32 little-endian, one after another.</summary>
public static class Probabilities
{
    public static byte[] Write(ReadOnlySpan<float> values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        }

        return bytes;
    }

    public static float[] Read(ReadOnlySpan<byte> bytes)
    {
        var values = new float[bytes.Length / sizeof(float)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
        }

        return values;
    }

    /// <summary>ln(p / (1 - p)), with p kept 1e-6 away from 0 and 1.</summary>
    public static double LogOdds(double probability)
    {
        var p = Math.Clamp(probability, 1e-6, 1 - 1e-6);
        return Math.Log(p / (1 - p));
    }
}

/// <summary>The labels of a head, in its output order.</summary>
public static class HeadLabels
{
    public static string[] Keys(Head head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return JsonSerializer.Deserialize<string[]>(head.LabelKeysJson) ?? [];
    }

    /// <summary>Names on screen; a key that the version does not know stands for itself.</summary>
    public static string[] Names(Head head, PolicyVersion version)
    {
        ArgumentNullException.ThrowIfNull(version);
        return [.. Keys(head).Select(key => version.Labels.Find(l => string.Equals(l.Key, key, StringComparison.Ordinal))?.Name ?? key)];
    }
}
