using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Cli.Bench;

/// <summary>
/// The baseline of rescoring: the same columns of the same rows written by the bare driver in the order of keys, with drawn
/// numbers. It reads no vector, predicts nothing, sorts nothing, and keeps no reviewer in mind.
/// </summary>
internal sealed class BareRerank(BenchStudio studio, long headId, int seed)
{
    private const int Batch = 2_000;

    /// <param name="items">Cases and tasks have the keys from 1 on, as the fill made them in one order.</param>
    public async Task RunAsync(int items, CancellationToken stop)
    {
        var draw = new Random(seed);
        for (var from = 0; from < items; from += Batch)
        {
            var ids = Enumerable.Range(from + 1, Math.Min(Batch, items - from)).Select(i => (long)i).ToArray();
            var harm = Array.ConvertAll(ids, _ => draw.NextDouble());
            await studio.Database.WriteAsync(db => WriteAsync(db, ids, harm, stop), stop);
        }
    }

    private async Task WriteAsync(StudioDbContext db, long[] ids, double[] harm, CancellationToken stop)
    {
        var postgres = db.Database.GetDbConnection() is NpgsqlConnection;
        var probabilities = Array.ConvertAll(harm, p => Probabilities.Write([(float)(1 - p), (float)p]));
        var uncertainties = Array.ConvertAll(harm, p => 1 - Math.Abs(1 - (2 * p)));
        var ranks = Array.ConvertAll(uncertainties, u => 25 - u);
        await RunAsync(
            db,
            postgres
                ? "UPDATE \"ReviewCase\" AS c SET \"HeadId\" = @head, \"Probabilities\" = n.b, \"Uncertainty\" = n.u, \"Severity\" = n.s FROM unnest(@ids, @b, @u, @s) AS n (id, b, u, s) WHERE c.\"Id\" = n.id"
                : "UPDATE \"ReviewCase\" SET \"HeadId\" = @head, \"Probabilities\" = @b, \"Uncertainty\" = @u, \"Severity\" = @s WHERE \"Id\" = @ids",
            [("b", probabilities), ("u", uncertainties), ("s", harm), ("ids", ids)],
            postgres,
            stop);
        await RunAsync(
            db,
            postgres
                ? "UPDATE \"ReviewTask\" AS t SET \"Rank\" = n.r FROM unnest(@ids, @r) AS n (id, r) WHERE t.\"Id\" = n.id"
                : "UPDATE \"ReviewTask\" SET \"Rank\" = @r WHERE \"Id\" = @ids",
            [("r", ranks), ("ids", ids)],
            postgres,
            stop);
    }

    private async Task RunAsync(StudioDbContext db, string sql, (string Name, Array Values)[] columns, bool atOnce, CancellationToken stop)
    {
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        command.CommandText = sql;
        if (sql.Contains("@head", StringComparison.Ordinal))
        {
            Add("head", headId);
        }

        Array.ForEach(columns, c => Add(c.Name, atOnce ? c.Values : c.Values.GetValue(0)!));
        if (atOnce)
        {
            await command.ExecuteNonQueryAsync(stop);
            return;
        }

        for (var row = 0; row < columns[0].Values.Length; row++)
        {
            foreach (var (name, values) in columns)
            {
                command.Parameters["@" + name].Value = values.GetValue(row);
            }

            await command.ExecuteNonQueryAsync(stop);
        }

        void Add(string name, object value)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("@" + name, value);
            command.Parameters.Add(parameter);
        }
    }
}
