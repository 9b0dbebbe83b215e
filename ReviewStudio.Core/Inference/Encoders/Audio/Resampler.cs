namespace ReviewStudio.Core.Inference.Encoders.Audio;

/// <summary>
/// Brings samples to 16 kHz by a sinc low-pass under a Hann window (Smith, Digital audio resampling, 2002), 16 zero
/// crossings to either side.
/// </summary>
public static class Resampler
{
    /// <summary>Samples a second that every audio encoder takes.</summary>
    public const int Rate = 16_000;

    private const int ZeroCrossings = 16;

    /// <param name="samples">One channel.</param>
    /// <param name="rate">Its samples a second.</param>
    public static float[] To16Kilohertz(float[] samples, int rate)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentOutOfRangeException.ThrowIfLessThan(rate, 1);
        if (rate == Rate || samples.Length == 0)
        {
            return samples;
        }

        var step = (double)rate / Rate;
        var cutoff = Math.Min(1, 1 / step);
        var reach = ZeroCrossings / cutoff;
        var result = new float[(int)Math.Ceiling(samples.Length / step)];

        // The kernel repeats after as many outputs as the two rates have no divisor in common.
        var phases = Rate / (int)System.Numerics.BigInteger.GreatestCommonDivisor(Rate, rate);
        var kernels = new double[phases][];
        for (var i = 0; i < result.Length; i++)
        {
            var position = i * step;
            var centre = (long)Math.Floor(position);
            var kernel = kernels[i % phases] ??= Kernel(position - centre, cutoff, reach);
            var first = centre - (kernel.Length / 2) + 1;
            double sum = 0;
            for (var k = 0; k < kernel.Length; k++)
            {
                var at = first + k;
                if (at >= 0 && at < samples.Length)
                {
                    sum += kernel[k] * samples[at];
                }
            }

            result[i] = (float)sum;
        }

        return result;
    }

    private static double[] Kernel(double fraction, double cutoff, double reach)
    {
        var half = (int)Math.Ceiling(reach);
        var kernel = new double[2 * half];
        for (var k = 0; k < kernel.Length; k++)
        {
            var distance = k - half + 1 - fraction;
            var x = Math.PI * distance * cutoff;
            var sinc = Math.Abs(x) < 1e-9 ? 1 : Math.Sin(x) / x;
            kernel[k] = Math.Abs(distance) >= reach ? 0 : cutoff * sinc * (0.5 + (0.5 * Math.Cos(Math.PI * distance / reach)));
        }

        return kernel;
    }
}
