using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Content.Import.Reading;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Content.Import;

/// <summary>Looks an import over, so that what cannot work is refused before it begins, and starts its job.</summary>
public sealed class StartImport(Database database, StudioFolders folders, TimeProvider clock, PolicyBook policies, IImportTargets targets, JobDesk jobs) : IUseCase
{
    private const int LongestSource = 128;

    /// <returns>The job's id.</returns>
    /// <exception cref="RefusedException">The import cannot work; the message says why and what to do.</exception>
    public async Task<long> RunAsync(ImportArguments arguments, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead, Roles.MLEngineer);
        arguments = arguments with
        {
            Source = arguments.Source.Trim() is { Length: > 0 } given ? given : Path.GetFileNameWithoutExtension(arguments.FileName),
            Language = Language(arguments.Language),
            PastReviewer = arguments.PastReviewer.Trim(),
            Classifier = arguments.Columns.Scores.Count > 0 && arguments.Classifier.Trim().Length == 0 ? "external" : arguments.Classifier.Trim(),
        };
        var target = await database.ReadAsync(db => targets.FindAsync(db, arguments.Queue, cancellation), cancellation)
            ?? throw await UnknownQueueAsync(arguments.Queue, cancellation);
        var version = await policies.InForceAsync(target.PolicyId, cancellation)
            ?? throw new RefusedException("policy.unpublished", $"The policy of queue '{target.Name}' has no published version. Publish one, then import again.");
        Check(arguments, version);
        await using (var reader = await RowReaders.OpenAsync(ImportFiles.Resolve(folders, arguments.File), arguments.FileName, arguments.Format, cancellation))
        {
            arguments.Columns.Demand(reader.Columns, arguments.FileName);
        }

        // Two imports of one source would race for the same ids.
        var job = new NewJob(ImportItems.JobKind, $"Import {arguments.FileName} into {target.Name}", arguments, $"import:{arguments.Source}");
        var id = await database.WriteAsync(
            async db =>
            {
                var row = jobs.Add(db, job, actor);
                db.Record(clock, actor, "import.started", "queue", target.PublicId, new
                {
                    job = row.PublicId, file = arguments.FileName, source = arguments.Source, labels = arguments.LabelUse.ToString(), reviewer = arguments.PastReviewer,
                });
                await db.SaveChangesAsync(cancellation);
                return row.Id;
            },
            cancellation);
        jobs.Dispatch(id);
        return id;
    }

    private static string Language(string given) =>
        given.Trim().Length == 0 ? "" : RowMapper.Code(given) ?? throw new RefusedException("import.language", $"'{given}' is not a language code. Give one such as en or de, or none to detect it.");

    private static void Check(ImportArguments arguments, PolicyVersion version)
    {
        var columns = arguments.Columns;
        if (arguments.Source.Length is 0 or > LongestSource)
        {
            throw new RefusedException("import.source", $"Give the source a name of 1 to {LongestSource} characters.");
        }

        if (arguments.Classifier.Length > LongestSource)
        {
            throw new RefusedException("import.classifier", $"Give the classifier a name of at most {LongestSource} characters.");
        }

        if (arguments.LabelUse != LabelUse.Ignore && columns.Label is null)
        {
            throw new RefusedException("import.label", "Say which column holds the labels, or leave the labels out.");
        }

        if (arguments.LabelUse == LabelUse.Verdict && columns.Reviewer is null && arguments.PastReviewer.Length == 0)
        {
            throw new RefusedException("import.reviewer", "Say whose verdicts the labels are: name a past reviewer, or a column that does.");
        }

        var keys = version.Labels.ConvertAll(l => l.Key);
        var used = (arguments.TakesLabels ? arguments.LabelMap.Values : []).Concat(columns.Scores.Keys);
        var spelling = new LabelSpelling(version, new Dictionary<string, string>(StringComparer.Ordinal));
        if (used.FirstOrDefault(k => spelling.Find(k) is null) is { } unknown)
        {
            throw new RefusedException("label.unknown", $"'{unknown}' is not a label of {version.Policy.Name} version {version.Number}. Use one of: {string.Join(", ", keys)}.");
        }
    }

    private async Task<RefusedException> UnknownQueueAsync(string key, CancellationToken cancellation)
    {
        var known = await database.ReadAsync(db => targets.ListAsync(db, cancellation), cancellation);
        return new RefusedException(
            "queue.unknown",
            known.Count == 0 ? "There is no queue yet. Make one on the Queues page, then import again."
                : $"There is no queue '{key}'. Use one of: {string.Join(", ", known.Select(t => t.Key))}.");
    }
}
