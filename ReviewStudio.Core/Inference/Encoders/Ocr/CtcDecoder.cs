using System.Text;

namespace ReviewStudio.Core.Inference.Encoders.Ocr;

/// <summary>
/// Reads characters off a row of distributions by connectionist temporal classification (Graves et al., ICML 2006):
/// the likeliest class of each step, repetitions joined, class 0 left out.
/// </summary>
internal static class CtcDecoder
{
    /// <param name="probabilities">f32[steps, classes].</param>
    /// <param name="classes">1 + the number of characters.</param>
    /// <param name="characters">The character of class 1, 2, …</param>
    public static ReadLine Decode(ReadOnlySpan<float> probabilities, int classes, string[] characters)
    {
        var text = new StringBuilder();
        var (previous, sum, count) = (0, 0f, 0);
        for (var start = 0; start < probabilities.Length; start += classes)
        {
            var step = probabilities.Slice(start, classes);
            var best = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(step);
            if (best != 0 && best != previous)
            {
                text.Append(best <= characters.Length ? characters[best - 1] : "");
                sum += step[best];
                count++;
            }

            previous = best;
        }

        return new ReadLine(text.ToString(), count == 0 ? 0 : sum / count);
    }
}
