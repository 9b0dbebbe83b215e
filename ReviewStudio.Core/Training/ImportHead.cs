using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Fusion;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Training.Gates;

namespace ReviewStudio.Core.Training;

/// <summary>A head that came in, and what its gates say.</summary>
public sealed record ImportedHead(Head Head, GateReport Report);

/// <summary>
/// Takes in a head that was trained elsewhere. The file is tried out before anything is kept; the head then stands as a
/// challenger with its gate report, and serves only when somebody promotes it.
/// </summary>
public sealed class ImportHead(
    Database database, StudioFolders folders, HeadFiles files, PolicyBook policies, ItemVectors vectors, PartVectorizer parts, JudgeChallenger judge, TimeProvider clock) : IUseCase
{
    /// <summary>The largest file taken, in bytes.</summary>
    public const long LargestFile = 512L << 20;

    /// <param name="content">The ONNX file.</param>
    /// <param name="name">What it was called, for messages and the trainer's name.</param>
    /// <exception cref="RefusedException">The file cannot serve this policy; the message says why. Nothing is kept of it.</exception>
    public async Task<ImportedHead> RunAsync(long policyId, Stream content, string name, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer);
        var version = await policies.InForceAsync(policyId, cancellation)
            ?? throw new RefusedException("policy.unpublished", "The policy has no published version, so a head has no labels to give. Publish one first.");
        var temporary = Path.Combine(folders.Heads, $".incoming-{Guid.NewGuid():N}.onnx");
        try
        {
            await ReceiveAsync(content, temporary, name, cancellation);
            var (metadata, format) = TryOut(temporary, name);
            var encoders = format == FusionModel.Format ? parts.Version : vectors.Version;
            Check(metadata, encoders, version, name);
            var hash = await FitHead.HashAsync(temporary, cancellation);
            if (await database.ReadAsync(db => db.Set<Head>().Where(h => h.PolicyId == policyId && h.FileHash == hash).Select(h => (int?)h.Number).FirstOrDefaultAsync(cancellation), cancellation) is { } known)
            {
                throw new RefusedException("head.known", $"'{name}' is here already, as head {known}.");
            }

            await files.KeepAsync(temporary, hash, cancellation);
            return await KeepAsync(version, metadata, (format, encoders), hash, actor, cancellation);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static async Task ReceiveAsync(Stream content, string path, string name, CancellationToken cancellation)
    {
        await using var file = File.Create(path);
        var buffer = new byte[64 * 1024];
        while (await content.ReadAsync(buffer, cancellation) is var read and > 0)
        {
            await file.WriteAsync(buffer.AsMemory(0, read), cancellation);
            if (file.Length > LargestFile)
            {
                throw new RefusedException("head.too-large", $"'{name}' is larger than {LargestFile >> 20} MB. A head is a small model; leave its encoder out.");
            }
        }

        if (file.Length == 0)
        {
            throw new RefusedException("head.empty", $"'{name}' is empty. Choose the ONNX file that the trainer wrote.");
        }
    }

    private static (HeadMetadata Metadata, string Format) TryOut(string path, string name)
    {
        try
        {
            using var model = HeadModels.Load(path);
            return (model.Metadata, model.ReadsParts ? FusionModel.Format : HeadModel.Format);
        }
        catch (InvalidHeadException e)
        {
            throw new RefusedException("head.unusable", e.Message.Replace(Path.GetFileName(path), name, StringComparison.Ordinal));
        }
    }

    private static void Check(HeadMetadata metadata, string encoders, PolicyVersion version, string name)
    {
        var wanted = version.Labels.ConvertAll(l => l.Key);
        if (!wanted.ToHashSet(StringComparer.Ordinal).SetEquals(metadata.Labels))
        {
            throw new RefusedException(
                "head.labels", $"'{name}' gives the labels {string.Join(", ", metadata.Labels)}, but {version.Policy.Name} version {version.Number} has {string.Join(", ", wanted)}. Train it on a snapshot of this version.");
        }

        if (metadata.EncoderVersion.Length > 0 && metadata.EncoderVersion != encoders)
        {
            throw new RefusedException(
                "head.encoder", $"'{name}' reads vectors of {metadata.EncoderVersion}, but this installation makes those of {encoders}. Train it on the vectors in use here.");
        }
    }

    private async Task<ImportedHead> KeepAsync(PolicyVersion version, HeadMetadata metadata, (string Format, string Encoders) kind, string hash, Actor actor, CancellationToken cancellation)
    {
        var head = new Head
        {
            PolicyId = version.PolicyId,
            PolicyVersionId = version.Id,
            State = HeadState.Challenger,
            Trainer = metadata.Trainer.Length > 0 ? metadata.Trainer : "external",
            Format = kind.Format,
            EncoderVersion = kind.Encoders,
            LabelKeysJson = JsonSerializer.Serialize(metadata.Labels),
            FileHash = hash,
            SnapshotHash = metadata.TrainedOn,
            CreatedAt = clock.Instant(),
        };
        var report = await judge.RunAsync(head, cancellation);
        head.GateReportJson = report.ToJson();
        head.State = report.MayPromote ? HeadState.Challenger : HeadState.Rejected;
        await database.WriteAsync(
            async db =>
            {
                head.Number = (await db.Set<Head>().Where(h => h.PolicyId == version.PolicyId).MaxAsync(h => (int?)h.Number, cancellation) ?? 0) + 1;
                db.Add(head);
                db.Record(clock, actor, "head.imported", "head", head.PublicId, new { number = head.Number, file = hash, gate = report.Decision.ToString() });
                await db.SaveChangesAsync(cancellation);
            },
            cancellation);
        return new ImportedHead(head, report);
    }
}
