using System.Security.Claims;
using ReviewStudio.Core.Accounts.Keys;
using ReviewStudio.Core.Queue.Settings;
using ReviewStudio.Security;

namespace ReviewStudio.Api;

/// <summary>Queues over HTTP.</summary>
internal static class QueuesEndpoints
{
    public static RouteGroupBuilder MapQueues(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/queues").WithTags("Queues")
            .RequireAuthorization(Access.SeePolicies)
            .AddEndpointFilter<RefusalsAsProblems>();

        group.MapGet("/", (bool? archived, ListQueues list, ClaimsPrincipal caller, CancellationToken stop) =>
                list.RunAsync(archived ?? false, ActorAccessor.From(caller), stop))
            .RequireScope(ApiScopes.ReadPolicies).WithName("ListQueues").WithSummary("Queues with their settings and what waits in them");

        group.MapPost("/", async (NewQueue queue, CreateQueue create, ClaimsPrincipal caller, CancellationToken stop) =>
                TypedResults.Created($"/api/v1/queues/{queue.Key}", new CreatedQueue(await create.RunAsync(queue, ActorAccessor.From(caller), stop))))
            .RequireScope(ApiScopes.WritePolicies).WithName("CreateQueue").WithSummary("Makes a queue on a policy")
            .ProducesValidationProblem().ProducesProblem(StatusCodes.Status409Conflict);

        group.MapPut("/{queue}", async (string queue, SettingsBody body, EditQueue edit, ClaimsPrincipal caller, CancellationToken stop) =>
                TypedResults.Ok(new SavedQueue(await edit.RunAsync(new QueueEdit(queue, body.Stamp, body.Settings ?? new QueueSettings()), ActorAccessor.From(caller), stop))))
            .RequireScope(ApiScopes.WritePolicies).WithName("EditQueue").WithSummary("Changes a queue's settings; the stamp is that of the settings as they were read")
            .ProducesValidationProblem().ProducesProblem(StatusCodes.Status409Conflict);
        return group;
    }

    internal sealed record CreatedQueue(Guid Id);

    internal sealed record SavedQueue(Guid Stamp);

    /// <param name="Stamp">The stamp of the settings as they were read.</param>
    internal sealed record SettingsBody(Guid Stamp, QueueSettings? Settings);
}
