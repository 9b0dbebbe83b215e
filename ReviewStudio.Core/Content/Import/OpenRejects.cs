using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Content.Import;

/// <summary>The rows that an import left out, to download.</summary>
/// <param name="Content">CSV in UTF-8; the caller disposes it.</param>
/// <param name="Name">A safe file name.</param>
public sealed record RejectDownload(Stream Content, string Name);

/// <summary>Opens the reject file of an import.</summary>
public sealed class OpenRejects(Database database, StudioFolders folders) : IUseCase
{
    /// <param name="importId">The public id of the import's job.</param>
    /// <exception cref="RefusedException"><c>import.unknown</c>: no such import, or it left no row out.</exception>
    public async Task<RejectDownload> RunAsync(Guid importId, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead, Roles.MLEngineer);
        var job = await database.ReadAsync(
            db => db.Set<BackgroundJob>().SingleOrDefaultAsync(j => j.PublicId == importId && j.Kind == ImportItems.JobKind, cancellation), cancellation);
        var arguments = job is null ? null : JsonSerializer.Deserialize<ImportArguments>(job.ArgumentsJson);
        var progress = job?.ResumeJson is { } json ? JsonSerializer.Deserialize<ImportProgress>(json) : null;
        if (arguments is null || progress is not { Rejected: > 0 })
        {
            throw new RefusedException("import.unknown", "There is no such import, or it left no row out.");
        }

        var path = ImportFiles.RejectPath(folders, arguments.File);
        return File.Exists(path)
            ? new RejectDownload(
                new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, useAsync: true),
                $"rejected-{Path.GetFileNameWithoutExtension(ImportFiles.SafeName(arguments.FileName))}.csv")
            : throw new RefusedException("import.unknown", "The reject file is no longer there. Import the file again to get a new one.");
    }
}
