using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Queue;

namespace ReviewStudio.Cli.Bench;

/// <summary>What a commit costs on this disk: one row is changed, over and over.</summary>
internal static class BareCommits
{
    /// <summary>Even, so that the row ends as it began.</summary>
    private const int Rounds = 200;

    public static async Task<BenchTimes?> MeasureAsync(BenchStudio studio, CancellationToken stop)
    {
        await using var db = await studio.Database.OpenForReadingAsync(stop);
        await db.Database.OpenConnectionAsync(stop);
        var table = db.Model.FindEntityType(typeof(ReviewQueue))!.GetTableName();

        // A value must change: SQLite leaves a page alone that would be written as it is, and then nothing goes to the disk.
        string[] sql = [$"UPDATE \"{table}\" SET \"RetrainEvery\" = \"RetrainEvery\" + 1", $"UPDATE \"{table}\" SET \"RetrainEvery\" = \"RetrainEvery\" - 1"];
        var times = new List<double>();
        for (var i = 0; i < Rounds; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await db.Database.ExecuteSqlRawAsync(sql[i % 2], stop);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return BenchTimes.Of(times);
    }
}
