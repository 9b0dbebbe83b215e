using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Content.Import.Reading;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Content.Import;

/// <summary>
/// Imports a file, a batch of rows a transaction. The resume point commits with its batch, and a row whose item is there
/// already is passed over: broken off at any moment it goes on without a gap or a double, and a second run changes nothing.
/// </summary>
public sealed class ImportItems(Database database, StudioFolders folders, TimeProvider clock, IImportTargets targets, ImportBatches batches, LookAtMedia look) : IJobHandler, IUseCase
{
    /// <summary>The kind of this job.</summary>
    public const string JobKind = "import";

    private const int BatchRows = 2_000;
    private const int BatchPosts = 100;
    private const int BatchCharacters = 4 << 20;

    /// <inheritdoc />
    public string Kind => JobKind;

    /// <inheritdoc />
    public async Task<object?> RunAsync(JobContext job, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(job);
        var arguments = job.Arguments<ImportArguments>();
        var progress = job.Resume<ImportProgress>() ?? ImportProgress.Start;
        if (!progress.Complete)
        {
            progress = await ReadAsync(job, arguments, progress, stop);
        }

        if (arguments.DeleteFile)
        {
            ImportFiles.Discard(folders, arguments.File);
        }

        if (arguments.Columns.Parts is not null)
        {
            await look.RunAsync(job.Actor, stop);
        }

        return new ImportResult(progress.Added, progress.Existing, progress.Rejected, Math.Round(progress.Seconds, 3));
    }

    private async Task<ImportProgress> ReadAsync(JobContext job, ImportArguments arguments, ImportProgress progress, CancellationToken stop)
    {
        var path = ImportFiles.Resolve(folders, arguments.File);
        var target = await database.ReadAsync(db => targets.FindAsync(db, arguments.Queue, stop), stop)
            ?? throw new RefusedException("queue.unknown", $"There is no queue '{arguments.Queue}' in use any more. Restore it, then go on.");
        await using var reader = await RowReaders.OpenAsync(path, arguments.FileName, arguments.Format, stop);
        arguments.Columns.Demand(reader.Columns, arguments.FileName);
        var batch = new ImportBatch(arguments, target, new RejectFile(ImportFiles.RejectPath(folders, arguments.File)));
        var mapper = new RowMapper(arguments);
        var since = clock.GetTimestamp();
        var before = progress.Seconds;
        ImportProgress Timed(ImportProgress p) => p with { Seconds = before + clock.GetElapsedTime(since).TotalSeconds };
        long row = 0;
        await foreach (var source in ReadAhead.Of(reader, stop))
        {
            row++;
            var known = row <= progress.Row;
            batch.Add(source, mapper, known);
            if (known)
            {
                continue;
            }

            if (batch.Rows >= (arguments.Columns.Parts is null ? BatchRows : BatchPosts) || batch.Characters >= BatchCharacters)
            {
                progress = await batches.CommitAsync(job, batch, Timed(progress) with { Row = row }, stop);
                await job.ReportAsync(row, Total(row, reader.Fraction), Words(progress), stop);
            }
        }

        // Also where no row is left: it is this commit that says that the work is done.
        progress = await batches.CommitAsync(
            job, batch, Timed(progress) with { Row = row, Complete = true }, stop, db => Tell(db, job, arguments, target));
        await job.ReportAsync(row, row, Words(progress), stop);
        return progress;
    }

    private void Tell(StudioDbContext db, JobContext job, ImportArguments arguments, ImportTarget target) =>
        db.Record(clock, job.Actor, "import.finished", "queue", target.PublicId, new { file = arguments.FileName, source = arguments.Source });

    /// <summary>Rows in all, estimated from how much of the file they are.</summary>
    private static long? Total(long row, double fraction) => fraction > 0 ? Math.Max(row, (long)(row / fraction)) : null;

    private static string Words(ImportProgress progress) =>
        FormattableString.Invariant($"{progress.Added:N0} added, {progress.Existing:N0} there already, {progress.Rejected:N0} rejected");
}
