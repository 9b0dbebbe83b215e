using System.Text.Json;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Content.Import;

/// <summary>An import as the page lists it.</summary>
/// <param name="Progress">Its counts so far.</param>
/// <param name="HasRejects">Whether there is a reject file to download.</param>
public sealed record ImportEntry(BackgroundJob Job, ImportArguments Arguments, ImportProgress Progress, bool HasRejects);

/// <summary>The latest imports, newest first.</summary>
public sealed class ListImports(JobDesk jobs, StudioFolders folders) : IUseCase
{
    public async Task<List<ImportEntry>> RunAsync(int count, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead, Roles.MLEngineer);
        var rows = await jobs.ListAsync([ImportItems.JobKind], count, cancellation);
        return rows.ConvertAll(job =>
        {
            var arguments = JsonSerializer.Deserialize<ImportArguments>(job.ArgumentsJson) ?? new ImportArguments();
            var progress = job.ResumeJson is { } json ? JsonSerializer.Deserialize<ImportProgress>(json)! : ImportProgress.Start;
            var rejects = progress.Rejected > 0 && File.Exists(ImportFiles.RejectPath(folders, arguments.File));
            return new ImportEntry(job, arguments, progress, rejects);
        });
    }
}

/// <summary>What a person may do with an import.</summary>
public enum ImportCommand
{
    Cancel,

    /// <summary>Go on with a cancelled or failed one where it stopped.</summary>
    GoOn,
}

/// <summary>Cancels imports, and takes them up again.</summary>
public sealed class SteerImport(JobDesk jobs) : IUseCase
{
    public async Task RunAsync(long jobId, ImportCommand command, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead, Roles.MLEngineer);
        var job = await jobs.FindAsync(jobId, cancellation);
        if (job?.Kind != ImportItems.JobKind)
        {
            throw new RefusedException("import.unknown", "There is no such import.");
        }

        await (command == ImportCommand.Cancel ? jobs.CancelAsync(jobId, cancellation) : jobs.RetryAsync(jobId, cancellation));
    }
}
