using System.Data.Common;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>Keeps the queries that are executed, to be asked for their plans afterwards.</summary>
public sealed partial class WatchedCommands : DbCommandInterceptor, ISaveGuard
{
    /// <summary>Indexes of what is few at any time, whatever their tables hold: they may be walked.</summary>
    private static readonly string[] Few = ["IX_ReviewTasks_Leases", "IX_ReviewTasks_Adjudication", "IX_ReviewTasks_Gold", "IX_ReviewCases_Unscored", "IX_ReviewCases_Gold"];

    private readonly List<(string Sql, List<DbParameter> Parameters)> _seen = [];

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        lock (_seen)
        {
            if (command.CommandText.TrimStart().StartsWith("SELECT", StringComparison.OrdinalIgnoreCase))
            {
                _seen.Add((command.CommandText, [.. command.Parameters.Cast<DbParameter>().Select(p => p is ICloneable known ? (DbParameter)known.Clone() : new SqliteParameter(p.ParameterName, p.Value))]));
            }
        }

        return ValueTask.FromResult(result);
    }

    /// <summary>What was seen since the last time.</summary>
    public List<(string Sql, List<DbParameter> Parameters)> Take()
    {
        lock (_seen)
        {
            var taken = _seen.ToList();
            _seen.Clear();
            return taken;
        }
    }

    /// <summary>The plan of a query, line by line; on PostgreSQL it is executed for it.</summary>
    public static Task<List<string>> PlanAsync(Database database, TestEngine engine, (string Sql, List<DbParameter> Parameters) query) => database.ReadAsync(
        async db =>
        {
            await db.Database.OpenConnectionAsync();
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = (engine == TestEngine.Sqlite ? "EXPLAIN QUERY PLAN " : "EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) ") + query.Sql;
            query.Parameters.ForEach(p => command.Parameters.Add(p));
            var lines = new List<string>();
            await using (var reader = await command.ExecuteReaderAsync())
            {
                while (await reader.ReadAsync())
                {
                    lines.Add(reader.GetValue(reader.FieldCount - 1).ToString()!);
                }
            }

            await db.Database.CloseConnectionAsync();
            return lines;
        },
        CancellationToken.None);

    /// <summary>Tables that a plan of SQLite walks from one end, those of the given names only.</summary>
    public static List<string> WalkedOnSqlite(string sql, IEnumerable<string> plan, IReadOnlyCollection<string> tables)
    {
        var names = Alias().Matches(sql).Select(m => (Table: m.Groups[1].Value, Alias: m.Groups[2].Value)).ToLookup(n => n.Alias, n => n.Table, StringComparer.Ordinal);
        return [.. plan.Where(line => !Few.Any(index => line.Contains(index, StringComparison.Ordinal))).Select(line => Scan().Match(line)).Where(m => m.Success).SelectMany(m => names[m.Groups[1].Value]).Where(tables.Contains)];
    }

    /// <summary>The most rows that a step of a PostgreSQL plan read of one of the tables, dropped ones too.</summary>
    public static long MostReadOnPostgreSql(IReadOnlyList<string> plan, IReadOnlyCollection<string> tables)
    {
        var most = 0L;
        for (var i = 0; i < plan.Count; i++)
        {
            if (Read().Match(plan[i]) is not { Success: true } read || !tables.Any(t => plan[i].Contains($"\"{t}\"", StringComparison.Ordinal) || plan[i].Contains($"{t}s_", StringComparison.Ordinal) || plan[i].Contains($"_{t}_", StringComparison.Ordinal)))
            {
                continue;
            }

            var loops = long.Parse(read.Groups[2].Value, CultureInfo.InvariantCulture);
            var rows = (double.Parse(read.Groups[1].Value, CultureInfo.InvariantCulture) + Dropped(plan, i)) * loops;
            most = Math.Max(most, (long)rows);
        }

        return most;
    }

    /// <summary>Rows that the step at a line read and dropped: what its own lines below say, up to the next step.</summary>
    private static long Dropped(IReadOnlyList<string> plan, int at) => plan.Skip(at + 1).TakeWhile(line => !line.Contains("->", StringComparison.Ordinal))
        .Select(line => Removed().Match(line)).Where(m => m.Success).Sum(m => long.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex("\"(\\w+)\" AS \"(\\w+)\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Alias();

    /// <summary>A step without a condition of an index.</summary>
    [GeneratedRegex(@"^SCAN (\w+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Scan();

    [GeneratedRegex(@"Scan.*\(actual rows=([\d.]+) loops=(\d+)\)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Read();

    [GeneratedRegex(@"Rows Removed by (?:Filter|Index Recheck): (\d+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Removed();
}
