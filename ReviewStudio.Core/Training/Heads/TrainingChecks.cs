using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Core.Training.Heads;

/// <summary>Refuses what cannot be trained on, and names what can but is thin.</summary>
internal static class TrainingChecks
{
    private const int Thin = 10;

    public static IReadOnlyList<string> Run(IReadOnlyList<TrainingExample> examples, IReadOnlyList<string> labelKeys, HeadTrainerOptions options)
    {
        CheckOptions(options);
        for (var i = 0; i < examples.Count; i++)
        {
            CheckExample(examples[i], i, labelKeys.Count);
        }

        var counts = Enumerable.Range(0, labelKeys.Count).Select(k => examples.Count(e => e.Label == k)).ToArray();
        if (examples.Count < LogisticHeadTrainer.MinimumExamples)
        {
            throw new RefusedException(
                "training.too-few",
                $"There are {examples.Count} labelled examples and {LogisticHeadTrainer.MinimumExamples} are needed. Judge more of the queue first.");
        }

        if (counts.Count(c => c >= LogisticHeadTrainer.MinimumPerLabel) < 2)
        {
            var found = string.Join(", ", labelKeys.Select((key, k) => $"{key} {counts[k]}"));
            throw new RefusedException(
                "training.one-label",
                $"A head needs at least 2 labels with {LogisticHeadTrainer.MinimumPerLabel} examples each; there are: {found}. Judge content of another label first.");
        }

        return
        [
            .. labelKeys.Where((_, k) => counts[k] == 0).Select(key => $"No example is labelled {key}: the head will never answer it."),
            .. labelKeys.Select((key, k) => (key, n: counts[k])).Where(l => l.n is > 0 and < Thin)
                .Select(l => $"Only {l.n} {(l.n == 1 ? "example is" : "examples are")} labelled {l.key}: its scores will be unreliable."),
        ];
    }

    private static void CheckOptions(HeadTrainerOptions options)
    {
        if (options.L2 is <= 0 || options.L2Grid.Any(l => !(l > 0)) || (options.L2 is null && options.L2Grid.Count == 0))
        {
            throw new RefusedException("training.bad-options", "Every L2 penalty must be above 0, and the grid must hold at least one.");
        }

        if (options.Folds is < 2 or > 10 || options.Temperature is <= 0)
        {
            throw new RefusedException("training.bad-options", "The folds must be 2 to 10 and a given temperature above 0.");
        }
    }

    private static void CheckExample(TrainingExample example, int i, int labelCount)
    {
        string? problem = null;
        if ((uint)example.Label >= (uint)labelCount)
        {
            problem = $"its label {example.Label} is outside 0 to {labelCount - 1}";
        }
        else if (!float.IsFinite(example.Weight) || example.Weight <= 0 || !float.IsFinite(example.CalibrationWeight) || example.CalibrationWeight < 0)
        {
            problem = "its weight is not a positive number";
        }
        else if (example.SoftLabels is { } soft && (soft.Length != labelCount || soft.Any(p => !(p >= 0)) || Math.Abs(soft.Sum() - 1) > 1e-3))
        {
            problem = $"its soft labels are not {labelCount} probabilities that sum to 1";
        }
        else if (example.Vector.Embedding is { } e && e.Length != HeadTrainerOptions.EmbeddingWidth)
        {
            problem = $"its embedding has {e.Length} numbers instead of {HeadTrainerOptions.EmbeddingWidth}";
        }

        if (problem is not null)
        {
            throw new RefusedException("training.bad-example", $"Example {i} cannot be trained on: {problem}.");
        }
    }
}
