using System.Globalization;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Cli.Bench;

/// <summary>Waiting tasks for an empty PostgreSQL database: ten million in minutes.</summary>
internal sealed class PostgreSqlReviewFill(PostgreSqlRows rows, ReviewQueue queue, long versionId, long commonLane, long rareLane)
{
    private const int Batch = 500_000;

    /// <summary>Tables that are filled.</summary>
    public static IReadOnlyList<Type> Tables { get; } = [typeof(Item), typeof(ItemPart), typeof(ReviewCase), typeof(ReviewTask)];

    /// <param name="rareShare">Share of the tasks that come from <see cref="ReviewFill.Rare"/>.</param>
    public async Task RunAsync(int items, int seed, double rareShare, CancellationToken stop)
    {
        var now = TimeProvider.System.Instant();
        var rare = string.Create(CultureInfo.InvariantCulture, $"(hashint8extended(n, {seed} + 1) & 1048575) < {rareShare * 1048576:R}");
        for (var from = 1; from <= items; from += Batch)
        {
            var to = Math.Min(items, from + Batch - 1);
            var source = $"generate_series({from}::bigint, {to}::bigint) AS n";
            await rows.InsertAsync(new Item { Source = "bench", Language = "en", IngestedAt = now }, source, stop, ("Source", $"CASE WHEN {rare} THEN '{ReviewFill.Rare}' ELSE 'bench' END"), ("ExternalId", "'post-' || n"));
            await rows.InsertAsync(new ItemPart { Modality = Modality.Text, Text = "A post to be judged." }, source, stop, ("ItemId", "n"));
            await rows.InsertAsync(new ReviewCase { PolicyId = queue.PolicyId, PolicyVersionId = versionId, QueueId = queue.Id, ArrivedAt = now, Stratum = "unscored" }, source, stop, ("ItemId", "n"));
            await rows.InsertAsync(
                new ReviewTask(), source, stop, ("CaseId", "n"), ("LaneId", $"CASE WHEN {rare} THEN {rareLane} ELSE {commonLane} END"),
                ("Rank", string.Create(CultureInfo.InvariantCulture, $"(hashint8extended(n, {seed}) & 4503599627370495) / 4503599627370496.0::double precision")));
            await Console.Error.WriteLineAsync(FormattableString.Invariant($"{to:N0} of {items:N0} tasks"));
        }
    }
}
