using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace ReviewStudio.Cli.Bench;

/// <summary>The fastest way into PostgreSQL that there is: ids and texts by one COPY into a bare table.</summary>
internal static class BareCopy
{
    /// <returns>Seconds; null on another engine.</returns>
    public static async Task<double?> RunAsync(BenchStudio studio, MadeUpText texts, int items, CancellationToken stop)
    {
        await using var db = await studio.Database.OpenForReadingAsync(stop);
        if (db.Database.GetDbConnection() is not NpgsqlConnection connection)
        {
            return null;
        }

        await db.Database.OpenConnectionAsync(stop);
        await db.Database.ExecuteSqlAsync($"""CREATE TABLE "BareCopy" ("Id" varchar(64) NOT NULL PRIMARY KEY, "Text" varchar(4000) NOT NULL)""", stop);
        var watch = Stopwatch.StartNew();
        await using (var copy = await connection.BeginBinaryImportAsync("""COPY "BareCopy" ("Id", "Text") FROM STDIN (FORMAT BINARY)""", stop))
        {
            for (var n = 0; n < items; n++)
            {
                await copy.StartRowAsync(stop);
                await copy.WriteAsync(FormattableString.Invariant($"post-{n}"), NpgsqlDbType.Varchar, stop);
                await copy.WriteAsync(texts.Of(n), NpgsqlDbType.Varchar, stop);
            }

            await copy.CompleteAsync(stop);
        }

        var seconds = watch.Elapsed.TotalSeconds;
        await db.Database.ExecuteSqlAsync($"""DROP TABLE "BareCopy" """, stop);
        return seconds;
    }
}
