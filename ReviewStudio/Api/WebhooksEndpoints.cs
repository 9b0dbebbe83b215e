using System.Security.Claims;
using FluentValidation;
using FluentValidation.Results;
using ReviewStudio.Core.Accounts.Keys;
using ReviewStudio.Core.Webhooks;
using ReviewStudio.Core.Webhooks.Desk;
using ReviewStudio.Security;

namespace ReviewStudio.Api;

/// <summary>Who is told of events, and how telling them went.</summary>
internal static class WebhooksEndpoints
{
    public static RouteGroupBuilder MapWebhooks(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/webhooks").WithTags("Webhooks").RequireAuthorization(Access.Administer).AddEndpointFilter<RefusalsAsProblems>();
        group.MapGet("/", (ListWebhooks list, ClaimsPrincipal caller, CancellationToken stop) => list.RunAsync(ActorAccessor.From(caller), stop))
            .RequireScope(ApiScopes.ReadWebhooks).WithName("ListWebhooks").WithSummary("The subscriptions, with how many deliveries wait and how many are dead letters");
        group.MapPost("/", async (WebhookBody body, AddWebhook add, ClaimsPrincipal caller, CancellationToken stop) =>
            {
                var made = await add.RunAsync(new NewWebhook(body.Name ?? "", body.Address ?? "", body.Events ?? []), ActorAccessor.From(caller), stop);
                return TypedResults.Created($"/api/v1/webhooks/{made.Id}/deliveries", made);
            })
            .RequireScope(ApiScopes.WriteWebhooks).WithName("AddWebhook").WithSummary("Subscribes an address to events; the answer holds the secret, this once")
            .ProducesValidationProblem().ProducesProblem(StatusCodes.Status409Conflict);
        group.MapPatch("/{id:guid}", async (Guid id, PauseBody body, PauseWebhook pause, ClaimsPrincipal caller, CancellationToken stop) =>
            {
                await pause.RunAsync(id, body.Paused, ActorAccessor.From(caller), stop);
                return TypedResults.NoContent();
            })
            .RequireScope(ApiScopes.WriteWebhooks).WithName("PauseWebhook").WithSummary("Stops sending to a subscriber, or goes on")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group.MapDelete("/{id:guid}", async (Guid id, RemoveWebhook remove, ClaimsPrincipal caller, CancellationToken stop) =>
            {
                await remove.RunAsync(id, ActorAccessor.From(caller), stop);
                return TypedResults.NoContent();
            })
            .RequireScope(ApiScopes.WriteWebhooks).WithName("RemoveWebhook").WithSummary("Ends a subscription, with its secret and its deliveries")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/{id:guid}/rotate", async (Guid id, RotateBody body, RotateWebhookSecret rotate, ClaimsPrincipal caller, CancellationToken stop) =>
                TypedResults.Ok(await rotate.RunAsync(id, body.EndEarlier, ActorAccessor.From(caller), stop)))
            .RequireScope(ApiScopes.WriteWebhooks).WithName("RotateWebhookSecret").WithSummary("A new secret; the earlier one signs as well for a day, unless it is to end")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/{id:guid}/test", async (Guid id, SendTestEvent test, ClaimsPrincipal caller, CancellationToken stop) =>
                TypedResults.Accepted($"/api/v1/webhooks/{id}/deliveries", new TestAnswer(await test.RunAsync(id, ActorAccessor.From(caller), stop))))
            .RequireScope(ApiScopes.WriteWebhooks).WithName("TestWebhook").WithSummary("Sends an event that means nothing")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        MapDeliveries(group);
        return group;
    }

    private static void MapDeliveries(RouteGroupBuilder group)
    {
        group.MapGet("/{id:guid}/deliveries", async (
            Guid id, string? state, int? limit, string? after, ListDeliveries list, ClaimsPrincipal caller, HttpContext http, CancellationToken stop) =>
            {
                var page = await list.RunAsync(new DeliveryQuery(id, State(state), limit, after), ActorAccessor.From(caller), stop);
                PageLinks.Link(http, page.Next);
                return TypedResults.Ok(page);
            })
            .RequireScope(ApiScopes.ReadWebhooks).WithName("ListWebhookDeliveries").WithSummary("Deliveries page by page, the newest first, with the last answer")
            .ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        group.MapPost("/{id:guid}/replay", async (Guid id, ReplayDeliveries replay, ClaimsPrincipal caller, CancellationToken stop) =>
                TypedResults.Ok(new ReplayAnswer(await replay.RunAsync(id, ActorAccessor.From(caller), stop))))
            .RequireScope(ApiScopes.WriteWebhooks).WithName("ReplayWebhook").WithSummary("Sends all dead letters of a subscription again")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/deliveries/{id:guid}/replay", async (Guid id, ReplayDeliveries replay, ClaimsPrincipal caller, CancellationToken stop) =>
            {
                await replay.OneAsync(id, ActorAccessor.From(caller), stop);
                return TypedResults.Accepted((string?)null);
            })
            .RequireScope(ApiScopes.WriteWebhooks).WithName("ReplayWebhookDelivery").WithSummary("Sends one dead letter again")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
    }

    /// <summary>As answers spell it; the binding of enumerations in addresses takes only the spelling of the code.</summary>
    private static DeliveryState? State(string? state) => state switch
    {
        null or "" => null,
        "pending" => DeliveryState.Pending,
        "delivered" => DeliveryState.Delivered,
        "dead" => DeliveryState.Dead,
        _ => throw new ValidationException([new ValidationFailure("state", "A delivery is 'pending', 'delivered' or 'dead'.")]),
    };

    /// <param name="Name">Who listens.</param>
    /// <param name="Address">An https address.</param>
    /// <param name="Events">Names of events.</param>
    internal sealed record WebhookBody(string? Name, string? Address, IReadOnlyList<string>? Events);

    internal sealed record PauseBody(bool Paused);

    /// <param name="EndEarlier">Whether the earlier secret signs nothing from now on.</param>
    internal sealed record RotateBody(bool EndEarlier = false);

    /// <param name="Event">The event's id.</param>
    internal sealed record TestAnswer(Guid Event);

    /// <param name="Count">How many wait again.</param>
    internal sealed record ReplayAnswer(int Count);
}
