namespace ReviewStudio.Core.Training.Heads;

/// <summary>Weights that let every label count equally in sum: n / (C·n_k), as scikit-learn's <c>balanced</c> does.</summary>
internal static class ExampleWeights
{
    /// <summary>The factor of each label; its examples' own weights come on top. Absent labels get 0.</summary>
    public static float[] Of(IReadOnlyList<TrainingExample> examples, int labelCount, bool balanced)
    {
        var mass = new double[labelCount];
        foreach (var example in examples)
        {
            for (var k = 0; k < labelCount; k++)
            {
                mass[k] += example.Weight * Share(example, k);
            }
        }

        var present = mass.Count(m => m > 0);
        var total = mass.Sum();
        return Array.ConvertAll(mass, m => m <= 0 ? 0f : balanced ? (float)(total / (present * m)) : 1f);
    }

    /// <summary>How much of an example belongs to a label: its soft label, or all of it to its one label.</summary>
    public static float Share(TrainingExample example, int label) =>
        example.SoftLabels is { } soft ? soft[label] : example.Label == label ? 1 : 0;
}
