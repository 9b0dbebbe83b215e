using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Labels.Errors;
using ReviewStudio.Core.Metrics.LabelErrors;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Training.Fusion;
using ReviewStudio.Core.Training.Heads;

namespace ReviewStudio.Core.Training.LabelErrors;

/// <summary>What to search.</summary>
/// <param name="Watermark">Labels up to this one.</param>
/// <param name="Most">Suspects put in line at most, the most suspect first.</param>
public sealed record LabelErrorArguments(long PolicyId, long Watermark, int Most);

/// <summary>
/// Searches a policy's labels for errors: every label is compared with what a head says that has not learned from it
/// (confident learning), and the suspects go to be looked at again. Cases of the frozen set are searched as well: an error
/// there costs most.
/// </summary>
public sealed class FindLabelErrors(ReadLabels labels, ItemVectors vectors, FusedExamples fused, PolicyBook policies, ReviewSuspects review) : IJobHandler, IUseCase
{
    /// <summary>The kind of this job.</summary>
    public const string JobKind = "label-errors";

    /// <summary>Labels with fewer examples are left out: they cannot be learned and held out at once.</summary>
    public const int FewestPerLabel = 5;

    private const int VectorPage = 2_000;
    private const string Fitting = "Fitting models that have not seen what they judge";

    /// <inheritdoc />
    public string Kind => JobKind;

    /// <inheritdoc />
    public async Task<object?> RunAsync(JobContext job, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(job);
        var arguments = job.Arguments<LabelErrorArguments>();
        var version = await policies.InForceAsync(arguments.PolicyId, stop)
            ?? throw new RefusedException("policy.unknown", "This policy has no published version, so it has no labels to search.");
        var rows = new List<ExampleRow>();
        foreach (var frozen in new[] { false, true })
        {
            await foreach (var row in labels.AtAsync(arguments.PolicyId, arguments.Watermark, frozen, stop))
            {
                rows.Add(row);
            }
        }

        var keys = version.Labels.Select(l => l.Key).Where(key => rows.Count(r => r.Label == key) >= FewestPerLabel).ToList();
        rows = rows.FindAll(r => keys.Contains(r.Label));
        await job.ReportAsync(0, rows.Count, "Reading vectors", stop);
        (rows, var probabilities) = rows.Exists(r => r.Modality != Item.TextModality)
            ? await OfPartsAsync(job, rows, keys, (ulong)arguments.Watermark, stop)
            : await OfTextsAsync(job, rows, keys, (ulong)arguments.Watermark, stop);
        int[] given = [.. rows.Select(r => keys.IndexOf(r.Label))];
        var report = ConfidentLearning.Find(given, probabilities, keys.Count);
        var suspects = report.Suspects.Take(arguments.Most).Select(s => new FoundSuspect(
            rows[s.Example].CaseKey, keys[s.Given], keys[s.Suggested], probabilities[s.Example][s.Given], probabilities[s.Example][s.Suggested])).ToList();
        var asked = await review.RunAsync(version, suspects, stop);
        await job.ReportAsync(rows.Count, rows.Count, "Done", stop);
        return new { searched = rows.Count, suspects = report.Suspects.Count, asked };
    }

    private async Task<(List<ExampleRow> Rows, double[][] Probabilities)> OfTextsAsync(JobContext job, List<ExampleRow> rows, List<string> keys, ulong seed, CancellationToken stop)
    {
        var examples = new List<TrainingExample>(rows.Count);
        foreach (var page in rows.Chunk(VectorPage))
        {
            var byItem = await vectors.GetAsync(Array.ConvertAll(page, r => r.ItemKey), stop);
            examples.AddRange(page.Select(r => new TrainingExample(byItem[r.ItemKey], keys.IndexOf(r.Label))));
        }

        await job.ReportAsync(0, rows.Count, Fitting, stop);
        return (rows, await Task.Run(() => OutOfFold.Predict(examples, keys, new HeadTrainerOptions { Seed = seed }, new Progress<TrainingProgress>(), stop), stop));
    }

    private async Task<(List<ExampleRow> Rows, double[][] Probabilities)> OfPartsAsync(JobContext job, List<ExampleRow> rows, List<string> keys, ulong seed, CancellationToken stop)
    {
        var (examples, kept, _) = await fused.OfAsync(rows, keys, stop);
        await job.ReportAsync(0, kept.Count, Fitting, stop);
        return (kept, await Task.Run(() => OutOfFold.Predict(examples, keys, new FusionOptions { Seed = seed }, new Progress<TrainingProgress>(), stop), stop));
    }
}
