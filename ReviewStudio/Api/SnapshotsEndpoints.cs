using System.Security.Claims;
using Microsoft.Net.Http.Headers;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Accounts.Keys;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Datasets.Lineage;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Training;
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
        group.MapGet("/{id:guid}/lineage", (Guid id, TraceLineage trace, ClaimsPrincipal caller, CancellationToken stop) =>
                trace.OfSnapshotAsync(id, ActorAccessor.From(caller), stop))
            .RequireScope(ApiScopes.ReadSnapshots).WithName("SnapshotLineage").WithSummary("From a snapshot to the heads that learnt from it and the verdicts in it")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/{id:guid}/verification", async (Guid id, VerifySnapshot verify, CancellationToken stop) => TypedResults.Ok(await verify.RunAsync(id, stop)))
            .RequireScope(ApiScopes.ReadSnapshots).WithName("VerifySnapshot").WithSummary("Whether the server's files are as they were written: reads and hashes them all")
            .ProducesProblem(StatusCodes.Status404NotFound);
        MapMaking(group);
        MapLineage(routes);
        return group;
    }

    private static void MapMaking(RouteGroupBuilder group)
    {
        group.MapGet("/", async (string? policy, ListSnapshots list, ClaimsPrincipal caller, CancellationToken stop) =>
                TypedResults.Ok((await list.RunAsync(policy, ActorAccessor.From(caller), stop)).ConvertAll(SnapshotAnswer.Of)))
            .RequireScope(ApiScopes.ReadSnapshots).WithName("ListSnapshots").WithSummary("Snapshots, newest first; of one policy when its key is given");
        group.MapPost("/", async (NewSnapshotBody body, ListLoopPolicies policies, StartSnapshot start, JobDesk jobs, ClaimsPrincipal caller, CancellationToken stop) =>
            {
                var actor = ActorAccessor.From(caller);
                var policy = await policies.FindAsync(body.Policy ?? "", actor, stop);
                var id = await start.RunAsync(policy.Id, new SnapshotOptions(body.Verdicts, body.Only), actor, stop);
                var job = SnapshotJobAnswer.Of((await jobs.FindAsync(id, stop))!);
                return TypedResults.Accepted($"/api/v1/snapshots/jobs/{job.Job}", job);
            })
            .RequireScope(ApiScopes.WriteSnapshots).WithName("CreateSnapshot").WithSummary("Starts a snapshot of the labels as they are now; ask for its job until it has succeeded")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        group.MapGet("/jobs/{id:guid}", async (Guid id, JobDesk jobs, CancellationToken stop) =>
            {
                var job = await jobs.FindAsync(id, stop);
                return job is { Kind: SnapshotJob.JobKind } ? TypedResults.Ok(SnapshotJobAnswer.Of(job)) : throw new RefusedException("job.unknown", "There is no such snapshot job.");
            })
            .RequireScope(ApiScopes.ReadSnapshots).WithName("SnapshotJob").WithSummary("How far a snapshot got")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static void MapLineage(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/lineage").WithTags("Lineage").RequireAuthorization(Access.SeeDatasets).AddEndpointFilter<RefusalsAsProblems>();
        group.MapGet("/heads/{id:guid}", (Guid id, TraceLineage trace, ClaimsPrincipal caller, CancellationToken stop) => trace.OfHeadAsync(id, ActorAccessor.From(caller), stop))
            .RequireScope(ApiScopes.ReadSnapshots).WithName("HeadLineage").WithSummary("From a head to the snapshot that it learnt from").ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        group.MapGet("/verdicts/{id:guid}", (Guid id, TraceLineage trace, ClaimsPrincipal caller, CancellationToken stop) => trace.OfVerdictAsync(id, ActorAccessor.From(caller), stop))
            .RequireScope(ApiScopes.ReadSnapshots).WithName("VerdictLineage").WithSummary("From a verdict to its item, the snapshots that hold it and the heads that learnt from these").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/items", (string source, string externalId, TraceLineage trace, ClaimsPrincipal caller, CancellationToken stop) =>
                trace.OfItemAsync(source, externalId, ActorAccessor.From(caller), stop))
            .RequireScope(ApiScopes.ReadSnapshots).WithName("ItemLineage").WithSummary("From an item to its verdicts, the snapshots that hold it and the heads that learnt from these").ProducesProblem(StatusCodes.Status404NotFound);
    }
}
