using System.Security.Claims;
using Microsoft.Net.Http.Headers;
using ReviewStudio.Core.Accounts.Keys;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Security;

namespace ReviewStudio.Api;

/// <summary>The files of snapshots.</summary>
internal static class SnapshotsEndpoints
{
    public static RouteGroupBuilder MapSnapshots(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/snapshots").WithTags("Snapshots").RequireAuthorization(Access.SeeDatasets).AddEndpointFilter<RefusalsAsProblems>();
        group.MapGet("/{id:guid}/files/{name}", async (Guid id, string name, OpenSnapshotFile open, ClaimsPrincipal caller, CancellationToken stop) =>
            {
                var file = await open.RunAsync(id, name, ActorAccessor.From(caller), stop);

                // Never shown in the browser: a snapshot holds text from outside. Ranges let a broken download go on.
                return TypedResults.PhysicalFile(
                    file.Path,
                    "application/octet-stream",
                    file.Name,
                    entityTag: new EntityTagHeaderValue($"\"{file.Hash}\""),
                    enableRangeProcessing: true);
            })
            .RequireScope(ApiScopes.ReadSnapshots).WithName("DownloadSnapshotFile").WithSummary("A file of a snapshot; ranges are served")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/{from:guid}/diff/{to:guid}", async (Guid from, Guid to, DiffSnapshots diff, ClaimsPrincipal caller, CancellationToken stop) =>
            {
                var found = await diff.RunAsync(new SnapshotDiffRequest(from, to), ActorAccessor.From(caller), stop);
                return TypedResults.Ok(new SnapshotDiffAnswer(from, to, found.Added, found.Removed, found.Relabelled, found.Unchanged, found.Changes));
            })
            .RequireScope(ApiScopes.ReadSnapshots).WithName("DiffSnapshots").WithSummary("What changed from one snapshot to another, with the verdicts behind it")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        return group;
    }
}

/// <summary>The difference between two snapshots of a policy.</summary>
public sealed record SnapshotDiffAnswer(Guid From, Guid To, int Added, int Removed, int Relabelled, int Unchanged, IReadOnlyList<SnapshotChange> Changes);
