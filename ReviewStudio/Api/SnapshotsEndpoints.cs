using System.Security.Claims;
using Microsoft.Net.Http.Headers;
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
                    entityTag: file.Hash is { } hash ? new EntityTagHeaderValue($"\"{hash}\"") : null,
                    enableRangeProcessing: true);
            })
            .WithName("DownloadSnapshotFile").WithSummary("A file of a snapshot; ranges are served")
            .ProducesProblem(StatusCodes.Status404NotFound);
        return group;
    }
}
