using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Inference.Fusion;

namespace ReviewStudio.Core.Training.Fusion;

/// <summary>Refuses what a fused head cannot be trained on.</summary>
internal static class FusionChecks
{
    private const int MinimumExamples = 10, MinimumPerLabel = 2;

    public static void Run(IReadOnlyList<FusionExample> examples, IReadOnlyList<string> labelKeys, FusionOptions options)
    {
        if (options.Grid.Count == 0 || options.Grid.Any(l => !(l > 0)) || options.Folds < 2 || options.Rules.Count == 0)
        {
            throw new RefusedException("training.bad-options", "There must be a rule, at least 2 folds and a grid of penalties above 0.");
        }

        if (examples.Count < MinimumExamples)
        {
            throw new RefusedException(
                "training.too-few", $"There are {examples.Count} labelled examples and {MinimumExamples} are needed. Judge more of the queue first.");
        }

        if (examples.FirstOrDefault(e => (uint)e.Label >= (uint)labelKeys.Count || !float.IsFinite(e.Weight) || e.Weight <= 0) is { } bad)
        {
            throw new RefusedException("training.bad-example", $"An example cannot be trained on: its label is {bad.Label} of {labelKeys.Count} and its weight {bad.Weight}.");
        }

        if (Enumerable.Range(0, labelKeys.Count).Count(k => examples.Count(e => e.Label == k) >= MinimumPerLabel) < 2)
        {
            throw new RefusedException(
                "training.one-label", $"A head needs at least 2 labels with {MinimumPerLabel} examples each. Judge content of another label first.");
        }

        if (!examples.SelectMany(e => e.Parts).Any())
        {
            throw new RefusedException("training.no-parts", "No example has a part that an encoder could see. See the system page for encoders that are missing.");
        }
    }
}
