using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Training.Heads;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>Puts a head in service that was fitted to a few words a label.</summary>
public static class ServingHeads
{
    /// <param name="words">One list a label, in the order of the policy's labels.</param>
    public static async Task<Head> ServeWordsAsync(this TestStudio studio, ReviewQueue queue, params string[][] words)
    {
        var vectorizer = studio.Get<TextVectorizer>();
        var examples = words.SelectMany((list, label) => Enumerable.Range(0, 12).Select(i => new TrainingExample(
            vectorizer.Vectorize([new TextInput($"{list[i % list.Length]} {list[(i + 1) % list.Length]}", "en")])[0], label))).ToList();
        var version = await studio.Database.ReadAsync(
            db => db.Set<PolicyVersion>().Include(v => v.Labels.OrderBy(l => l.Ordinal)).SingleAsync(v => v.PolicyId == queue.PolicyId && v.State == PolicyVersionState.Published), CancellationToken.None);
        var keys = version.Labels.ConvertAll(l => l.Key);
        var fitted = LogisticHeadTrainer.Fit(examples, keys, new HeadTrainerOptions { L2 = 0.01, Temperature = 1 });
        var folder = studio.Folders.Heads;
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "fitting.onnx");
        HeadOnnxWriter.Save(fitted, new HeadProvenance(vectorizer.Version, "test", queue.Key, DateTime.UnixEpoch), path);
        var hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path)));
        File.Move(path, studio.Get<HeadRegistry>().PathOf(hash), overwrite: true);
        return await studio.Database.WriteAsync(
            async db =>
            {
                await db.Set<Head>().Where(h => h.PolicyId == queue.PolicyId && h.State == HeadState.Champion).ExecuteUpdateAsync(set => set.SetProperty(h => h.State, HeadState.Retired));
                var head = new Head
                {
                    PolicyId = queue.PolicyId,
                    PolicyVersionId = version.Id,
                    Number = 1 + await db.Set<Head>().CountAsync(h => h.PolicyId == queue.PolicyId),
                    State = HeadState.Champion,
                    Trainer = "logistic-1",
                    EncoderVersion = vectorizer.Version,
                    LabelKeysJson = JsonSerializer.Serialize(keys),
                    FileHash = hash,
                    SnapshotHash = "test",
                    CreatedAt = studio.Clock.Instant(),
                };
                db.Add(head);
                await db.SaveChangesAsync();
                return head;
            },
            CancellationToken.None);
    }
}
