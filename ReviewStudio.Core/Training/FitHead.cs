using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Datasets.Splitting;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Fusion;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Training.External;
using ReviewStudio.Core.Training.Fusion;
using ReviewStudio.Core.Training.Heads;

namespace ReviewStudio.Core.Training;

/// <summary>A head file that lies in the head folder, and what is known of it.</summary>
/// <param name="FileHash">SHA-256 of the file; its name.</param>
/// <param name="Examples">Labelled examples it was fitted to.</param>
/// <param name="Details">Penalty, temperature and warnings, for the run's result.</param>
/// <param name="Format">The kind of the file; see <see cref="Head.Format"/>.</param>
public sealed record FittedFile(string FileHash, string Format, IReadOnlyList<string> LabelKeys, string Trainer, string EncoderVersion, int Examples, object? Details);

/// <summary>
/// Turns a snapshot into a head file, by the built-in trainer or an external one. Where any example has a part that is no
/// text, the built-in trainer fits a head over all parts; else one over the text.
/// </summary>
public sealed class FitHead(
    ReadLabels labels, ItemVectors vectors, FusedExamples fused, StudioFolders folders, HeadFiles files, IOptions<TrainingOptions> options) : IUseCase
{
    private const int VectorPage = 2_000;

    /// <exception cref="RefusedException">There are too few labels, or the external trainer failed; the message says what to do.</exception>
    public async Task<FittedFile> RunAsync(
        TrainingRun run, TrainingArguments arguments, string trainer, PolicyVersion version, Snapshot snapshot, IProgress<TrainingProgress> progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(snapshot);
        // Named by the run: what a process that was killed has left behind is overwritten when its run goes on.
        var temporary = Path.Combine(folders.Heads, $".fitting-{run.PublicId:N}.onnx");
        try
        {
            var fitted = string.Equals(trainer, TrainingOptions.BuiltIn, StringComparison.OrdinalIgnoreCase)
                ? await FitBuiltInAsync(run, arguments, version, snapshot, temporary, progress, stop)
                : await FitExternalAsync(trainer, snapshot, temporary, progress, stop);
            var hash = await HashAsync(temporary, stop);
            await files.KeepAsync(temporary, hash, stop);
            return fitted with { FileHash = hash };
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private async Task<FittedFile> FitBuiltInAsync(
        TrainingRun run, TrainingArguments arguments, PolicyVersion version, Snapshot snapshot, string path, IProgress<TrainingProgress> progress, CancellationToken stop)
    {
        var keys = version.Labels.ConvertAll(l => l.Key);
        var rows = await RowsAsync(run, SnapshotManifest.FromJson(snapshot.ManifestJson), keys, stop);
        var provenance = new HeadProvenance("", snapshot.LogicalHash, $"{version.Policy.Key}@{version.Number}", run.CreatedAt);
        if (rows.Exists(r => r.Modality != Item.TextModality))
        {
            var (parts, _, warnings) = await fused.OfAsync(rows, keys, stop);
            var benign = version.Labels.FindIndex(l => l.Benign);
            var chosen = new FusionOptions { Seed = (ulong)run.Seed, Reference = benign < 0 ? null : benign };
            var joint = await Task.Run(() => FusionTrainer.Fit(parts, keys, arguments.L2 is { } l2 ? chosen with { Grid = [l2] } : chosen, progress, stop), stop);
            FusionOnnxWriter.Save(joint, provenance with { Encoders = fused.Version }, path);
            return new FittedFile(
                "", FusionModel.Format, keys, "fusion-1", fused.Version, parts.Count,
                new { Rule = joint.Rule.ToString(), joint.Report.Penalties, joint.Report.Temperature, OutOfFoldMacroF1 = joint.Report.MacroF1, Warnings = warnings });
        }

        var examples = await TextsAsync(rows, keys, stop);
        var settings = new HeadTrainerOptions { Seed = (ulong)run.Seed, L2 = arguments.L2, Temperature = arguments.Temperature };
        var head = await Task.Run(() => LogisticHeadTrainer.Fit(examples, keys, settings, progress, stop), stop);
        HeadOnnxWriter.Save(head, provenance with { Encoders = vectors.Version }, path);
        return new FittedFile(
            "", HeadModel.Format, keys, "logistic-1", vectors.Version, examples.Count, new { head.L2, head.Temperature, head.Report.OutOfFoldMacroF1, head.Report.Warnings });
    }

    /// <summary>What the head may learn from: neither what the snapshot leaves out, nor labels that the version does not have.</summary>
    private async Task<List<ExampleRow>> RowsAsync(TrainingRun run, SnapshotManifest made, List<string> keys, CancellationToken stop)
    {
        var rows = new List<ExampleRow>();
        var splits = new SplitKeeper();
        await foreach (var row in labels.AtAsync(run.PolicyId, new SnapshotPin(run.Watermark, made.FrozenMark, made.LikenessMark), stop))
        {
            if (splits.Place(row) && keys.Contains(row.Label))
            {
                rows.Add(row);
            }
        }

        return rows;
    }

    private async Task<List<TrainingExample>> TextsAsync(List<ExampleRow> rows, List<string> keys, CancellationToken stop)
    {
        var examples = new List<TrainingExample>(rows.Count);
        var weights = CalibrationWeights.Of(rows);
        foreach (var page in rows.Chunk(VectorPage))
        {
            var byItem = await vectors.GetAsync(Array.ConvertAll(page, r => r.ItemKey), stop);
            var first = examples.Count;
            examples.AddRange(page.Select((r, i) => new TrainingExample(byItem[r.ItemKey], keys.IndexOf(r.Label), CalibrationWeight: weights[first + i])));
        }

        return examples;
    }

    private async Task<FittedFile> FitExternalAsync(
        string trainer, Snapshot snapshot, string path, IProgress<TrainingProgress> progress, CancellationToken stop)
    {
        if (!options.Value.External.TryGetValue(trainer, out var settings) || settings.Command.Length == 0)
        {
            throw new RefusedException(
                "trainer.unknown", $"The queue asks for the trainer '{trainer}', which is not configured. Set Training:External:{trainer}:Command, or choose '{TrainingOptions.BuiltIn}'.");
        }

        var external = new ExternalTrainer(
            new ExternalTrainerOptions(settings.Command, settings.Arguments) { Timeout = TimeSpan.FromMinutes(settings.TimeoutMinutes) });
        await external.RunAsync(Path.Combine(folders.Snapshots, snapshot.Folder), path, progress, stop);
        try
        {
            using var model = HeadModels.Load(path);
            return new FittedFile(
                "", model.ReadsParts ? FusionModel.Format : HeadModel.Format, [.. model.Metadata.Labels], trainer, model.ReadsParts ? fused.Version : vectors.Version, snapshot.Rows, null);
        }
        catch (InvalidHeadException e)
        {
            throw new RefusedException("trainer.bad-head", $"The trainer '{trainer}' left a file that cannot serve. {e.Message}");
        }
    }

    internal static async Task<string> HashAsync(string path, CancellationToken stop)
    {
        await using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, stop));
    }
}
