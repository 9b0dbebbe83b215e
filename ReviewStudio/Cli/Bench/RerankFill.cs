using System.Data.Common;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Training.Heads;

namespace ReviewStudio.Cli.Bench;

/// <summary>Stored vectors for items that have none, and heads that read them. The vectors are made up: two clouds that overlap.</summary>
internal sealed class RerankFill(BenchStudio studio, int seed)
{
    private const int Ngrams = 24;
    private const int Batch = 5_000;

    private readonly string _version = studio.Services.GetRequiredService<ItemVectors>().Version;

    /// <summary>Keeps a vector for every item.</summary>
    public async Task AddVectorsAsync(CancellationToken stop)
    {
        var draw = new Random(seed);
        for (long cursor = 0; ;)
        {
            var ids = await studio.Database.ReadAsync(db => db.Set<Item>().Where(i => i.Id > cursor).OrderBy(i => i.Id).Take(Batch).Select(i => i.Id).ToListAsync(stop), stop);
            if (ids.Count == 0)
            {
                return;
            }

            cursor = ids[^1];
            var vectors = ids.ConvertAll(_ => VectorCodec.Encode(Vector(draw, draw.Next(2))));
            await studio.Database.WriteAsync(
                async db =>
                {
                    await InsertAsync(db, ids, vectors, stop);
                    return true;
                },
                stop);
        }
    }

    /// <summary>Fits a head to a few hundred drawn vectors and puts it in service.</summary>
    /// <param name="draws">Other draws give another head.</param>
    public async Task<Head> ServeAsync(ReviewQueue queue, long versionId, int draws, CancellationToken stop)
    {
        var draw = new Random(seed + draws);
        var examples = Enumerable.Range(0, 400).Select(i => new TrainingExample(Vector(draw, i % 2), i % 2)).ToList();
        string[] keys = ["ok", "bad"];
        var fitted = LogisticHeadTrainer.Fit(examples, keys, new HeadTrainerOptions { L2 = 1, Temperature = 1 });
        var head = new Head { PolicyId = queue.PolicyId, PolicyVersionId = versionId, Number = draws, EncoderVersion = _version, LabelKeysJson = JsonSerializer.Serialize(keys) };
        return await ServedHead.KeepAsync(studio.Services, head, path => HeadOnnxWriter.Save(fitted, new HeadProvenance(_version, "bench", queue.Key, DateTime.UnixEpoch), path), stop);
    }

    private static TextVector Vector(Random draw, int label)
    {
        var (indices, values, embedding) = (new SortedSet<int>(), new float[Ngrams], new float[HeadModel.EmbeddingLength]);
        while (indices.Count < Ngrams)
        {
            // Frequent words and rare ones, as in posts; some of them tell the label.
            indices.Add((int)(Math.Pow(draw.NextDouble(), 4) * 200_000) + (label * draw.Next(2)));
        }

        Array.Fill(values, 1f);
        double norm = 0;
        for (var i = 0; i < embedding.Length; i++)
        {
            embedding[i] = (float)(draw.NextDouble() - 0.5) + (i < 8 ? (label - 0.5f) * 0.4f : 0);
            norm += embedding[i] * embedding[i];
        }

        var scale = (float)(1 / Math.Sqrt(norm));
        return new TextVector(new SparseVector([.. indices], values), Array.ConvertAll(embedding, e => e * scale));
    }

    private async Task InsertAsync(StudioDbContext db, List<long> ids, List<byte[]> vectors, CancellationToken stop)
    {
        var connection = db.Database.GetDbConnection();
        await using var command = connection.CreateCommand();
        command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        const string Insert = "INSERT INTO \"ItemVector\" (\"ItemId\", \"EncoderVersion\", \"Data\")";
        if (connection is NpgsqlConnection)
        {
            command.CommandText = $"{Insert} SELECT i, @version, d FROM unnest(@ids, @data) AS v (i, d)";
            Add(command, "version", _version);
            Add(command, "ids", ids.ToArray());
            Add(command, "data", vectors.ToArray());
            await command.ExecuteNonQueryAsync(stop);
            return;
        }

        command.CommandText = $"{Insert} VALUES (@id, @version, @data)";
        Add(command, "version", _version);
        var (id, data) = (Add(command, "id", 0L), Add(command, "data", Array.Empty<byte>()));
        for (var i = 0; i < ids.Count; i++)
        {
            (id.Value, data.Value) = (ids[i], vectors[i]);
            await command.ExecuteNonQueryAsync(stop);
        }
    }

    private static DbParameter Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("@" + name, value);
        command.Parameters.Add(parameter);
        return parameter;
    }
}
