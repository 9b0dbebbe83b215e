using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Cli.Bench;

/// <summary>
/// Fills tables of a PostgreSQL database by statements that make the rows in the server, without indexes and references,
/// which come back at the end: millions in minutes.
/// </summary>
internal sealed class PostgreSqlRows(StudioDbContext db)
{
    private readonly List<string> _later = [];
    private readonly List<string> _tables = [];

    /// <summary>Takes indexes and references off the tables, but for the keys.</summary>
    public async Task TakeOffAsync(IEnumerable<Type> types, CancellationToken stop)
    {
        db.Database.SetCommandTimeout(TimeSpan.FromHours(1));
        _tables.AddRange(types.Select(t => db.Model.FindEntityType(t)!.GetTableName()!));
        var tables = string.Join(", ", _tables.Select(t => $"'\"{t}\"'::regclass"));
        var referenceSql =
            $"SELECT conrelid::regclass::text AS \"Table\", conname::text AS \"Name\", pg_get_constraintdef(oid) AS \"Text\" FROM pg_constraint WHERE contype = 'f' AND conrelid IN ({tables})";
        var indexSql =
            $"SELECT indrelid::regclass::text AS \"Table\", indexrelid::regclass::text AS \"Name\", pg_get_indexdef(indexrelid) AS \"Text\" FROM pg_index WHERE NOT indisprimary AND indrelid IN ({tables})";
        var references = await db.Database.SqlQueryRaw<Named>(referenceSql).ToListAsync(stop);
        var indexes = await db.Database.SqlQueryRaw<Named>(indexSql).ToListAsync(stop);
        foreach (var reference in references)
        {
            await RunAsync($"ALTER TABLE {reference.Table} DROP CONSTRAINT \"{reference.Name}\"", stop);
        }

        foreach (var index in indexes)
        {
            await RunAsync($"DROP INDEX {index.Name}", stop);
        }

        // Vacuum would look at what has just come in and is vacuumed at the end anyhow.
        foreach (var table in _tables)
        {
            await RunAsync($"ALTER TABLE \"{table}\" SET (autovacuum_enabled = off)", stop);
        }

        _later.AddRange(["SET maintenance_work_mem = '1GB'", .. indexes.Select(i => i.Text), .. references.Select(r => $"ALTER TABLE {r.Table} ADD CONSTRAINT \"{r.Name}\" {r.Text}"), "RESET maintenance_work_mem"]);
    }

    /// <summary>Moves the keys' sequences behind the rows, and puts back what was taken off.</summary>
    public async Task PutBackAsync(CancellationToken stop)
    {
        foreach (var table in _tables)
        {
            await RunAsync($"SELECT setval('\"{table}_Id_seq\"', coalesce((SELECT max(\"Id\") FROM \"{table}\"), 1))", stop);
        }

        foreach (var sql in _later)
        {
            await Console.Error.WriteLineAsync(sql);
            await RunAsync(sql, stop);
        }

        // Before the server may vacuum by itself: it would go over all that is new once more, beside what is measured.
        await RunAsync($"VACUUM (ANALYZE) {string.Join(", ", _tables.Select(t => $"\"{t}\""))}", stop);
        foreach (var table in _tables)
        {
            await RunAsync($"ALTER TABLE \"{table}\" RESET (autovacuum_enabled)", stop);
        }

        await RunAsync("CHECKPOINT", stop);
    }

    /// <summary>Rows like the sample, with key n, a time-ordered id, and the expressions that are given over the columns of a source.</summary>
    /// <param name="source">What stands behind FROM; one of its columns is n, a bigint.</param>
    public async Task InsertAsync<T>(T sample, string source, CancellationToken stop, params (string Property, string Sql)[] own)
        where T : Entity
    {
        var type = db.Model.FindEntityType(typeof(T))!;
        var columns = type.GetProperties().ToList();
        string Of(IProperty column) => column.Name switch
        {
            nameof(Entity.Id) => "n",
            nameof(Entity.PublicId) => "encode(substring(int8send(1700000000000 + n / 8) FROM 3) || substring(uuid_send(gen_random_uuid()) FROM 7), 'hex')::uuid",
            nameof(ReviewCase.ConcurrencyStamp) => "gen_random_uuid()",
            var name when Array.Find(own, o => o.Property == name) is { Sql: { } sql } => sql,
            _ => Literal(column.GetRelationalTypeMapping(), column.GetGetter().GetClrValue(sample)),
        };
        var unknown = own.Where(o => columns.TrueForAll(c => c.Name != o.Property)).Select(o => o.Property).ToList();
        if (unknown.Count > 0)
        {
            throw new InvalidOperationException($"{type.ClrType.Name} has no {string.Join(", ", unknown)}.");
        }

        await RunAsync(
            $"INSERT INTO \"{type.GetTableName()}\" ({string.Join(", ", columns.Select(c => $"\"{c.GetColumnName()}\""))}) SELECT {string.Join(", ", columns.Select(Of))} FROM {source}", stop);
    }

    public async Task RunAsync(string sql, CancellationToken stop)
    {
        await using var command = db.Database.GetDbConnection().CreateCommand();
        (command.CommandText, command.CommandTimeout) = (sql, 0);
        await command.ExecuteNonQueryAsync(stop);
    }

    private static string Literal(RelationalTypeMapping mapping, object? value) => value is null ? "NULL" : mapping.GenerateSqlLiteral(value);

    private sealed record Named(string Table, string Name, string Text);
}
