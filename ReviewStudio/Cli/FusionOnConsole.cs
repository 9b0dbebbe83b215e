using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Training.Fusion;

namespace ReviewStudio.Cli;

/// <summary>Prints what heads over all modalities and over single ones are worth.</summary>
internal static class FusionOnConsole
{
    /// <exception cref="RefusedException">The file is missing or does not hold what is needed.</exception>
    public static async Task<int> RunAsync(IServiceProvider services, MeasureFusionRequest request, bool json, CancellationToken cancellation)
    {
        if (!File.Exists(request.Path))
        {
            throw new RefusedException("posts.missing", $"There is no file {request.Path}. Check the path.");
        }

        var result = await services.GetRequiredService<MeasureFusion>().RunAsync(request, Actor.System, cancellation);
        var rows = result.Single.Select(s => (Name: s.Key.ToString().ToLowerInvariant(), s.Value)).Prepend(("fused", result.Fused)).ToArray();
        if (json)
        {
            CommandLine.PrintJson(rows.ToDictionary(r => r.Item1, r => Row(r.Item2)));
            return 0;
        }

        await Console.Out.WriteLineAsync($"Trained on {result.Train} posts, tested on {result.Test}.");
        foreach (var (name, measure) in rows)
        {
            var ceiling = measure.Ceiling is { } c ? FormattableString.Invariant($", ceiling {c:0.000}") : "";
            await Console.Out.WriteLineAsync(FormattableString.Invariant($"{name,-6} macro-F1 {measure.MacroF1.Point.Value:0.000} ({measure.MacroF1.Interval}){ceiling}"));
        }

        return 0;
    }

    private static Dictionary<string, object?> Row(FusionMeasure measure)
    {
        var row = new Dictionary<string, object?>
        {
            ["macro_f1"] = Rounded(measure.MacroF1.Point.Value),
            ["interval"] = measure.MacroF1.Interval is { } i ? new[] { Rounded(i.Lower), Rounded(i.Upper) } : null,
            ["n"] = measure.MacroF1.N,
            ["cross_validated"] = Rounded(measure.Report.MacroF1),
            ["rule"] = measure.Report.Rule.ToString().ToLowerInvariant(),
            ["penalties"] = measure.Report.Penalties,
        };
        if (measure.Ceiling is { } ceiling)
        {
            row["ceiling"] = Rounded(ceiling);
        }

        return row;
    }

    private static double? Rounded(double? value) => value is { } v ? Math.Round(v, 4) : null;
}
