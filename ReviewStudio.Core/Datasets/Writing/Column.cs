namespace ReviewStudio.Core.Datasets.Writing;

/// <summary>A column of an exported table: the one description that Parquet, JSONL and the logical hash share.</summary>
/// <param name="Name">In snake_case, as files show it.</param>
/// <param name="Type">string, int, double, bool or DateTime (UTC); only strings may be null.</param>
/// <param name="Read">Takes the value from a row.</param>
/// <param name="Canonical">Counts in the logical hash. Ids that another database would give anew do not.</param>
/// <param name="About">What it holds, in a sentence for the cards.</param>
public sealed record Column<T>(string Name, Type Type, Func<T, object?> Read, bool Canonical = true, string About = "");
