using System.Numerics.Tensors;

namespace ReviewStudio.Core.Training.Fusion;

/// <summary>
/// Minimises a smooth function by limited-memory BFGS (Nocedal and Wright, Numerical optimization, 2006, algorithm 7.5)
/// with backtracking until Armijo's condition holds.
/// </summary>
internal static class QuasiNewton
{
    private const int Memory = 10, MostIterations = 200, MostHalvings = 25;
    private const double Sufficient = 1e-4, Tolerance = 1e-5;

    /// <param name="start">Where to begin; left as it is.</param>
    /// <param name="evaluate">Writes the gradient at a point and gives the value.</param>
    /// <param name="cancellation">Stops at the next iteration.</param>
    public static float[] Minimise(float[] start, Func<float[], float[], double> evaluate, CancellationToken cancellation)
    {
        var (point, gradient) = ((float[])start.Clone(), new float[start.Length]);
        var value = evaluate(point, gradient);
        var pairs = new List<(float[] Step, float[] Change, double Curvature)>();
        for (var iteration = 0; iteration < MostIterations; iteration++)
        {
            cancellation.ThrowIfCancellationRequested();
            var direction = Direction(gradient, pairs);
            var slope = -Dot(gradient, direction);
            if (slope >= 0)
            {
                break;
            }

            var (next, nextGradient) = (new float[point.Length], new float[point.Length]);
            double nextValue = 0, length = 1;
            var halvings = 0;
            for (; halvings < MostHalvings; halvings++, length /= 2)
            {
                TensorPrimitives.MultiplyAdd(direction, (float)-length, point, next);
                nextValue = evaluate(next, nextGradient);
                if (nextValue <= value + (Sufficient * length * slope))
                {
                    break;
                }
            }

            if (halvings == MostHalvings)
            {
                break;
            }

            var (step, change) = (new float[point.Length], new float[point.Length]);
            TensorPrimitives.Subtract(next, point, step);
            TensorPrimitives.Subtract(nextGradient, gradient, change);
            if (Dot(step, change) is var curvature && curvature > 1e-12)
            {
                pairs.Add((step, change, curvature));
                pairs.RemoveRange(0, Math.Max(0, pairs.Count - Memory));
            }

            var done = value - nextValue < Tolerance * Math.Abs(value);
            (point, gradient, value) = (next, nextGradient, nextValue);
            if (done)
            {
                break;
            }
        }

        return point;
    }

    /// <summary>The gradient times the inverse Hessian that the last steps tell of.</summary>
    private static float[] Direction(float[] gradient, List<(float[] Step, float[] Change, double Curvature)> pairs)
    {
        var direction = (float[])gradient.Clone();
        var shares = new double[pairs.Count];
        for (var k = pairs.Count - 1; k >= 0; k--)
        {
            shares[k] = Dot(pairs[k].Step, direction) / pairs[k].Curvature;
            TensorPrimitives.MultiplyAdd(pairs[k].Change, (float)-shares[k], direction, direction);
        }

        var scale = pairs.Count == 0
            ? 1 / Math.Max(1, Math.Sqrt(Dot(gradient, gradient)))
            : pairs[^1].Curvature / Dot(pairs[^1].Change, pairs[^1].Change);
        TensorPrimitives.Multiply(direction, (float)scale, direction);
        for (var k = 0; k < pairs.Count; k++)
        {
            var back = Dot(pairs[k].Change, direction) / pairs[k].Curvature;
            TensorPrimitives.MultiplyAdd(pairs[k].Step, (float)(shares[k] - back), direction, direction);
        }

        return direction;
    }

    private static double Dot(float[] a, float[] b) => TensorPrimitives.Dot<float>(a, b);
}
