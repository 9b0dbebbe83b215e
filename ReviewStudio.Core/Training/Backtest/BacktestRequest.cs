using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Queue.Ranking;

namespace ReviewStudio.Core.Training.Backtest;

/// <summary>What to play through.</summary>
public sealed record BacktestRequest
{
    /// <summary>The strategy that every other is compared with.</summary>
    public const string Baseline = "random";

    private const int MostTrainings = 5_000;

    /// <summary>The column with the text.</summary>
    public string Text { get; init; } = "";

    /// <summary>The column with the answer that the played reviewer gives. The queue never sees it.</summary>
    public string Label { get; init; } = "";

    /// <summary>The language of all rows; empty to detect it row by row.</summary>
    public string Language { get; init; } = "";

    /// <summary>Keys of ranking strategies, one curve each.</summary>
    public IReadOnlyList<string> Strategies { get; init; } = ["margin", Baseline];

    /// <summary>Labels before the first training; drawn at random, the same for every strategy.</summary>
    public int SeedLabels { get; init; } = 200;

    /// <summary>Labels between two trainings.</summary>
    public int Batch { get; init; } = 200;

    /// <summary>Labels spent at the end, those of the gates included.</summary>
    public int Budget { get; init; } = 4_000;

    /// <summary>Labels of the second batch that are drawn at random for the gates: they are spent and never train a head.</summary>
    public int GateLabels { get; init; } = 100;

    /// <summary>Rows held out for the report alone.</summary>
    public int Test { get; init; } = 4_000;

    /// <summary>One curve a strategy for each; a seed fixes the test rows, the first labels and the gates' labels.</summary>
    public IReadOnlyList<int> Seeds { get; init; } = [0, 1, 2, 3, 4];

    /// <summary>Points of one curve: after the first labels and after each batch.</summary>
    public int PointsOfCurve => 1 + ((Budget - SeedLabels + Batch - 1) / Batch);

    /// <summary>Labels of the gates as far as they fit in the second batch with something left to choose.</summary>
    internal int GateLabelsTaken => Math.Max(0, Math.Min(GateLabels, Math.Min(Batch, Budget - SeedLabels) / 2));

    /// <exception cref="RefusedException"><c>backtest.request</c> or <c>strategy.unknown</c>: the message says which figure to change.</exception>
    public void Demand()
    {
        static void Refuse(bool wrong, string message)
        {
            if (wrong)
            {
                throw new RefusedException("backtest.request", message);
            }
        }

        Refuse(Strategies.Count == 0, "Choose at least one strategy.");
        foreach (var strategy in Strategies)
        {
            RankingStrategies.Find(strategy);
        }

        Refuse(Strategies.Distinct(StringComparer.OrdinalIgnoreCase).Count() != Strategies.Count, "A strategy is named twice. Name each once.");
        Refuse(Seeds.Count is 0 or > 50, "Give 1 to 50 seeds, such as 0-4.");
        Refuse(Seeds.Distinct().Count() != Seeds.Count, "A seed is named twice. Name each once: the same seed gives the same curve.");
        Refuse(SeedLabels < 10, "The first training needs at least 10 labels. Raise the seed labels.");
        Refuse(Batch < 1, "A batch has at least 1 label. Raise the batch.");
        Refuse(Budget < SeedLabels, "The budget is smaller than the seed labels. Raise the budget, or lower the seed labels.");
        Refuse(PointsOfCurve > 500, "A curve has at most 500 trainings. Raise the batch, or lower the budget.");
        Refuse(
            (long)PointsOfCurve * Strategies.Count * Seeds.Count > MostTrainings,
            $"That would be {(long)PointsOfCurve * Strategies.Count * Seeds.Count:N0} trainings; at most {MostTrainings:N0} are done in one backtest. Take fewer seeds or strategies.");
        Refuse(GateLabels < 0, "The gates' labels cannot be fewer than 0.");
        Refuse(Test < 1, "The test set needs at least 1 row. Raise it; 1,000 or more tell strategies apart.");
    }
}
