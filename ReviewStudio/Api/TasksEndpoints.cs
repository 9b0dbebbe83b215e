using System.Security.Claims;
using ReviewStudio.Core.Accounts.Keys;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Review;
using ReviewStudio.Security;

namespace ReviewStudio.Api;

/// <summary>The work of a reviewer over HTTP, by the same use cases as the workbench: another front end could be built on it.</summary>
internal static class TasksEndpoints
{
    public static IEndpointRouteBuilder MapTasks(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/tasks").WithTags("Tasks").RequireAuthorization(Access.Review).AddEndpointFilter<RefusalsAsProblems>();
        group.MapPost("/claim", ClaimAsync)
            .RequireScope(ApiScopes.Tasks).WithName("ClaimTask").WithSummary("Leases the best task that the caller may serve; 204 when none waits")
            .Produces<TaskAnswer>().Produces(StatusCodes.Status204NoContent);
        group.MapPost("/{task:long}/renew", async (long task, TokenBody body, RenewLease renew, ClaimsPrincipal caller, CancellationToken stop) =>
                await renew.RunAsync(new TaskClaim(task, body.FencingToken), ActorAccessor.From(caller), stop) is { } until
                    ? Results.Ok(new LeaseAnswer(until))
                    : Results.Problem("The claim has run out and the task may be with somebody else. Claim the next one.", statusCode: StatusCodes.Status409Conflict, title: "Refused", extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = "lease.stale" }))
            .RequireScope(ApiScopes.Tasks).WithName("RenewTask").WithSummary("Holds a claim for another lease").Produces<LeaseAnswer>().ProducesProblem(StatusCodes.Status409Conflict);
        group.MapPost("/{task:long}/verdict", (long task, VerdictBody body, RecordVerdict record, ClaimsPrincipal caller, CancellationToken stop) => record.RunAsync(
                new VerdictRequest(body.VerdictId, new TaskClaim(task, body.FencingToken), body.PolicyVersionId, body.LabelKey ?? "", body.ElapsedMilliseconds, body.Note ?? "", body.Rationales),
                ActorAccessor.From(caller), stop))
            .RequireScope(ApiScopes.Tasks).WithName("AnswerTask").WithSummary("Records the verdict; the same verdict id again is answered the same and recorded once")
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/{task:long}/release", async (long task, TokenBody body, PutBackTask putBack, ClaimsPrincipal caller, CancellationToken stop) =>
            {
                await putBack.ReleaseAsync(new TaskClaim(task, body.FencingToken), ActorAccessor.From(caller), stop);
                return TypedResults.NoContent();
            })
            .RequireScope(ApiScopes.Tasks).WithName("ReleaseTask").WithSummary("Gives a claim back without a verdict").ProducesProblem(StatusCodes.Status409Conflict);
        group.MapPost("/{task:long}/skip", async (long task, SkipBody body, PutBackTask putBack, ClaimsPrincipal caller, CancellationToken stop) =>
            {
                await putBack.SkipAsync(new TaskClaim(task, body.FencingToken), body.Reason ?? "", ActorAccessor.From(caller), stop);
                return TypedResults.NoContent();
            })
            .RequireScope(ApiScopes.Tasks).WithName("SkipTask").WithSummary("Gives a claim back to others, with the reason").ProducesProblem(StatusCodes.Status409Conflict);
        group.MapPost("/verdicts/{verdict:guid}/undo", async (Guid verdict, UndoBody body, UndoVerdict undo, ClaimsPrincipal caller, CancellationToken stop) =>
            {
                var claim = await undo.RunAsync(verdict, body.WithdrawalId, ActorAccessor.From(caller), stop);
                return TypedResults.Ok(new ReopenedAnswer(claim.TaskId, claim.FencingToken, claim.LeasedUntil));
            })
            .RequireScope(ApiScopes.Tasks).WithName("UndoVerdict").WithSummary("Takes a verdict back within its undo window; the task is with the caller again")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        return routes;
    }

    private static async Task<IResult> ClaimAsync(ClaimBody? body, ClaimNextTask claim, OpenTask open, CountWork work, ClaimsPrincipal caller, CancellationToken stop)
    {
        var actor = ActorAccessor.From(caller);
        long? queue = null;
        if (body?.Queue is { Length: > 0 } key)
        {
            queue = (await work.QueuesAsync(stop)).Find(q => q.Key == key)?.Id
                ?? throw new Core.Accounts.RefusedException("queue.unknown", $"There is no queue '{key}' in use.");
        }

        return await claim.RunAsync(new ClaimRequest(queue, null, body?.Language, body?.Modality, body?.Source), actor, stop) is { } claimed
            ? Results.Ok(TaskAnswer.Of(await open.RunAsync(claimed.Claim, actor, stop)))
            : Results.NoContent();
    }

    /// <param name="Queue">The queue's key; absent for all.</param>
    internal sealed record ClaimBody(string? Queue, string? Language, string? Modality, string? Source);

    /// <param name="FencingToken">As the claim gave it out.</param>
    internal sealed record TokenBody(long FencingToken);

    /// <param name="FencingToken">As the claim gave it out.</param>
    internal sealed record SkipBody(long FencingToken, string? Reason);

    /// <param name="VerdictId">Chosen by the caller and kept over retries.</param>
    /// <param name="PolicyVersionId">As the claim gave it out.</param>
    internal sealed record VerdictBody(
        Guid VerdictId, long FencingToken, long PolicyVersionId, string? LabelKey, int ElapsedMilliseconds, string? Note = null, IReadOnlyList<RationaleMark>? Rationales = null);

    /// <param name="WithdrawalId">Chosen by the caller and kept over retries.</param>
    internal sealed record UndoBody(Guid WithdrawalId);

    internal sealed record LeaseAnswer(DateTime LeasedUntil);

    internal sealed record ReopenedAnswer(long Task, long FencingToken, DateTime LeasedUntil);
}

/// <summary>A claimed task as another front end needs it.</summary>
/// <param name="Blind">The prediction is withheld so that the verdict is not swayed.</param>
/// <param name="Adjudication">This verdict settles the case.</param>
/// <param name="Probabilities">By label key; null when blind or unscored.</param>
/// <param name="Influences">What moved them, for content of several parts.</param>
/// <param name="NotLookedAt">What of the content the model did not look at, in sentences.</param>
internal sealed record TaskAnswer(
    long Task, long FencingToken, DateTime LeasedUntil, Guid CaseId, string Policy, int PolicyVersion, long PolicyVersionId, IReadOnlyList<TaskLabel> Labels, string Language, string Author,
    IReadOnlyList<string> Texts, bool Blind, bool Adjudication, string Message, IReadOnlyDictionary<string, double>? Probabilities, string? Reason,
    IReadOnlyList<TaskInfluence> Influences, IReadOnlyList<string> NotLookedAt)
{
    public static TaskAnswer Of(TaskSheet sheet) => new(
        sheet.Claim.TaskId, sheet.Claim.FencingToken, sheet.LeasedUntil, sheet.CaseId, sheet.Policy.Policy.Key, sheet.Policy.Number, sheet.Policy.Id,
        [.. sheet.Policy.Labels.Select(l => new TaskLabel(l.Key, l.Name, l.HotKey, l.Severity, l.Guidance))], sheet.Item.Language, sheet.Item.Author,
        [.. sheet.Item.Parts.Select(p => p.Text ?? "")], sheet.Blind, sheet.Adjudication, sheet.Message, sheet.Prediction?.ByLabel, sheet.Prediction?.Reason,
        [.. (sheet.Prediction?.Influences ?? []).Select(i => new TaskInfluence(i.Part, i.Name, i.Moved))], [.. sheet.NotLookedAt.Select(u => u.Name.Length == 0 ? u.Sentence : $"{u.Name}: {u.Sentence}")]);
}

/// <summary>By how much a part, or all of one kind, moved the probabilities.</summary>
/// <param name="Part">Its number in the item, from 0; null where all of one kind are meant.</param>
/// <param name="Moved">By label key.</param>
internal sealed record TaskInfluence(int? Part, string Name, IReadOnlyDictionary<string, double> Moved);

/// <summary>An answer that the policy allows.</summary>
internal sealed record TaskLabel(string Key, string Name, string HotKey, int Severity, string Guidance);
