using System.Security.Claims;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Accounts.Keys;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Training;
using ReviewStudio.Security;

namespace ReviewStudio.Api;

/// <summary>Heads over HTTP: which there are, what the gates said, which serves.</summary>
internal static class ModelsEndpoints
{
    public static IEndpointRouteBuilder MapModels(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/models").WithTags("Models").RequireAuthorization(Access.SeeModels).AddEndpointFilter<RefusalsAsProblems>();
        group.MapGet("/", async (string policy, ListLoopPolicies policies, ListModels list, ClaimsPrincipal caller, CancellationToken stop) =>
            {
                var actor = ActorAccessor.From(caller);
                var models = await list.RunAsync((await policies.FindAsync(policy, actor, stop)).Id, actor, stop);
                return TypedResults.Ok(models.Heads.Select(h => ModelAnswer.Of(h, models.Runs)).ToList());
            })
            .RequireScope(ApiScopes.ReadModels).WithName("ListModels").WithSummary("The heads of a policy, the latest first, with the snapshot that each learned from")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/{id:guid}/promote", async (Guid id, ServeHead serve, ClaimsPrincipal caller, CancellationToken stop) =>
            {
                var head = await serve.RunAsync(id, ActorAccessor.From(caller), stop);
                return TypedResults.Ok(new ServingAnswer(head.PublicId, head.Number));
            })
            .RequireScope(ApiScopes.WriteModels).WithName("PromoteModel").WithSummary("Puts a head in service that its gates let serve")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        group.MapPost("/rollback", async (RollbackBody body, ListLoopPolicies policies, ServeHead serve, ClaimsPrincipal caller, CancellationToken stop) =>
            {
                var actor = ActorAccessor.From(caller);
                var head = await serve.RollBackAsync((await policies.FindAsync(body.Policy ?? "", actor, stop)).Id, actor, stop);
                return TypedResults.Ok(new ServingAnswer(head.PublicId, head.Number));
            })
            .RequireScope(ApiScopes.WriteModels).WithName("RollBackModel").WithSummary("Puts the head in service that served before")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        return routes;
    }

    /// <param name="Policy">The policy's key.</param>
    internal sealed record RollbackBody(string? Policy);

    internal sealed record ServingAnswer(Guid Id, int Number);
}

/// <summary>A head.</summary>
/// <param name="State"><c>challenger</c>, <c>champion</c>, <c>retired</c> or <c>rejected</c>.</param>
/// <param name="SnapshotHash">Logical hash of the snapshot that it learned from; empty for one that came from outside.</param>
/// <param name="SnapshotId">That snapshot, where it was made here.</param>
/// <param name="MayPromote">Whether its gates let it serve; null where they have not spoken.</param>
internal sealed record ModelAnswer(
    Guid Id, int Number, string State, string Trainer, string EncoderVersion, string FileHash, string SnapshotHash, Guid? SnapshotId, int TrainedOn, int PolicyVersion, bool? MayPromote, DateTime CreatedAt, DateTime? PromotedAt)
{
    public static ModelAnswer Of(HeadView view, IReadOnlyList<RunView> runs) => new(
        view.Head.PublicId, view.Head.Number, view.Head.State.ToString().ToLowerInvariant(), view.Head.Trainer, view.Head.EncoderVersion, view.Head.FileHash, view.Head.SnapshotHash,
        runs.FirstOrDefault(r => r.Run.HeadId == view.Head.Id)?.SnapshotId, view.Head.TrainedOn, view.PolicyVersion, view.Report?.MayPromote, view.Head.CreatedAt, view.Head.PromotedAt);
}
