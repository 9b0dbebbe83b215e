namespace ReviewStudio.Core.Training.Backtest;

/// <summary>What serves after some labels, measured on the test rows.</summary>
/// <param name="Strategy">The ranking strategy's key.</param>
/// <param name="Seed">The seed of the draw.</param>
/// <param name="Labels">Labels spent so far, those of the gates included.</param>
/// <param name="MacroF1">Macro-F1 of the head that serves; before one does, of always answering the most common label found.</param>
/// <param name="Accuracy">Its accuracy.</param>
/// <param name="Found">Labels spent, by the value in the file.</param>
/// <param name="Served">Whether the head trained at this point went into service.</param>
public sealed record BacktestPoint(
    string Strategy, int Seed, int Labels, double MacroF1, double Accuracy, IReadOnlyDictionary<string, int> Found, bool Served);

/// <summary>What a backtest found.</summary>
/// <param name="Points">All points, by strategy, seed and labels.</param>
/// <param name="Summary">The comparison with random, by strategy.</param>
/// <param name="TestRows">Rows of the test set.</param>
/// <param name="Seconds">Mean time of a seed with all its curves, in seconds, without the embeddings.</param>
public sealed record BacktestResult(
    IReadOnlyList<BacktestPoint> Points, IReadOnlyDictionary<string, StrategySummary> Summary, int TestRows, double Seconds);
