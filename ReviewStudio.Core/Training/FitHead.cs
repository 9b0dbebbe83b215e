using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Datasets.Splitting;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Training.External;
using ReviewStudio.Core.Training.Heads;

namespace ReviewStudio.Core.Training;

/// <summary>A head file that lies in the head folder, and what is known of it.</summary>
/// <param name="FileHash">SHA-256 of the file; its name.</param>
/// <param name="Examples">Labelled examples it was fitted to.</param>
/// <param name="Details">Penalty, temperature and warnings, for the run's result.</param>
public sealed record FittedFile(string FileHash, IReadOnlyList<string> LabelKeys, string Trainer, string EncoderVersion, int Examples, object? Details);

/// <summary>Turns a snapshot into a head file, by the built-in trainer or an external one.</summary>
public sealed class FitHead(
    ReadLabels labels, ItemVectors vectors, StudioFolders folders, HeadRegistry heads, IOptions<TrainingOptions> options) : IUseCase
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
            var (keys, name, examples, details) = string.Equals(trainer, TrainingOptions.BuiltIn, StringComparison.OrdinalIgnoreCase)
                ? await FitBuiltInAsync(run, arguments, version, snapshot, temporary, progress, stop)
                : await FitExternalAsync(trainer, snapshot, temporary, progress, stop);
            var hash = await HashAsync(temporary, stop);
            File.Move(temporary, heads.PathOf(hash), overwrite: true);
            return new FittedFile(hash, keys, name, vectors.Version, examples, details);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private async Task<(IReadOnlyList<string> Keys, string Name, int Examples, object? Details)> FitBuiltInAsync(
        TrainingRun run, TrainingArguments arguments, PolicyVersion version, Snapshot snapshot, string path, IProgress<TrainingProgress> progress, CancellationToken stop)
    {
        var keys = version.Labels.ConvertAll(l => l.Key);
        var examples = await ExamplesAsync(run, SnapshotManifest.FromJson(snapshot.ManifestJson).FrozenMark, keys, stop);
        var settings = new HeadTrainerOptions { Seed = (ulong)run.Seed, L2 = arguments.L2, Temperature = arguments.Temperature };
        var head = await Task.Run(() => LogisticHeadTrainer.Fit(examples, keys, settings, progress, stop), stop);
        var provenance = new HeadProvenance(vectors.Version, snapshot.LogicalHash, $"{version.Policy.Key}@{version.Number}", run.CreatedAt);
        HeadOnnxWriter.Save(head, provenance, path);
        return (keys, "logistic-1", examples.Count, new { head.L2, head.Temperature, head.Report.OutOfFoldMacroF1, head.Report.Warnings });
    }

    private async Task<List<TrainingExample>> ExamplesAsync(TrainingRun run, long mark, List<string> keys, CancellationToken stop)
    {
        var rows = new List<ExampleRow>();
        var splits = new SplitKeeper();
        await foreach (var row in labels.AtAsync(run.PolicyId, new SnapshotPin(run.Watermark, mark), stop))
        {
            // What the snapshot leaves out, the head does not learn from; nor from what has no text.
            if (splits.Place(row) && keys.Contains(row.Label) && Item.HasText(row.Modality))
            {
                rows.Add(row);
            }
        }

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

    private async Task<(IReadOnlyList<string> Keys, string Name, int Examples, object? Details)> FitExternalAsync(
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
            using var model = HeadModel.Load(path);
            return ([.. model.Metadata.Labels], trainer, snapshot.Rows, null);
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
