using System.Security.Claims;
using Microsoft.AspNetCore.Http.Features;
using ReviewStudio.Core.Accounts.Keys;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Security;

namespace ReviewStudio.Api;

/// <summary>Items in, and the cases that they became.</summary>
internal static class ItemsEndpoints
{
    public static IEndpointRouteBuilder MapItems(this IEndpointRouteBuilder routes)
    {
        var items = routes.MapGroup("/api/v1/items").WithTags("Items").RequireAuthorization(Access.Import).AddEndpointFilter<RefusalsAsProblems>();
        items.MapPost("/", async (HttpContext http, AddItems add, TakeMedia take, ClaimsPrincipal caller, CancellationToken stop) =>
            {
                if (http.Request.HasFormContentType)
                {
                    return await ItemUpload.ReceiveAsync(http, add, take, caller, stop);
                }

                if (await JsonBody.ReadAsync<ItemBody>(http, stop) is not { } body)
                {
                    return Results.StatusCode(http.Request.HasJsonContentType() ? StatusCodes.Status400BadRequest : StatusCodes.Status415UnsupportedMediaType);
                }

                var added = (await add.RunAsync(new NewItems(body.Queue, body.Source, [body.Item()]), ActorAccessor.From(caller), stop))[0];
                return added.Added ? Results.Created($"/api/v1/cases?source={Uri.EscapeDataString(body.Source)}&externalId={Uri.EscapeDataString(body.ExternalId)}", added) : Results.Ok(added);
            })
            .Accepts<ItemBody>("application/json", "multipart/form-data")
            .RequireScope(ApiScopes.WriteItems).WithName("AddItem").WithSummary("Takes an item in; the same source and external id again changes nothing")
            .Produces<AddedItem>(StatusCodes.Status201Created).Produces<AddedItem>().ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound);
        items.MapPost("/batch", async (NewItems body, AddItems add, ClaimsPrincipal caller, CancellationToken stop) =>
                TypedResults.Ok(await add.RunAsync(body, ActorAccessor.From(caller), stop)))
            .RequireScope(ApiScopes.WriteItems).WithName("AddItems").WithSummary("Takes up to 1,000 items in, all or none; may be repeated")
            .ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound);

        items.MapPost("/stream", (string queue, string source, HttpContext http, AddItems add, ClaimsPrincipal caller, CancellationToken stop) =>
            {
                // As long as it takes: what is held of it at a time is bounded.
                http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
                return ItemStream.RunAsync(http, queue, source, add, ActorAccessor.From(caller), stop);
            })
            .RequireScope(ApiScopes.WriteItems).WithName("StreamItems").WithSummary("Takes items in line by line and answers line by line; may be repeated")
            .Accepts<NewItem>(ItemStream.Type).Produces<string>(StatusCodes.Status200OK, ItemStream.Type);
        items.MapGet("/{id:guid}", (Guid id, FindItem find, ClaimsPrincipal caller, CancellationToken stop) => find.RunAsync(id, ActorAccessor.From(caller), stop))
            .RequireScope(ApiScopes.ReadItems).WithName("GetItem").WithSummary("An item with its parts and its cases").ProducesProblem(StatusCodes.Status404NotFound);

        var cases = routes.MapGroup("/api/v1/cases").WithTags("Cases").RequireAuthorization(Access.Import).AddEndpointFilter<RefusalsAsProblems>();
        cases.MapGet("/", async (string? queue, string? state, string? source, string? externalId, int? limit, string? after, FindCases find, ClaimsPrincipal caller, HttpContext http, CancellationToken stop) =>
            {
                var page = await find.ListAsync(new CaseQuery(queue, State(state), source, externalId, limit, after), ActorAccessor.From(caller), stop);
                PageLinks.Link(http, page.Next);
                return TypedResults.Ok(page);
            })
            .RequireScope(ApiScopes.ReadItems).WithName("ListCases").WithSummary("Cases page by page, the newest first").ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        cases.MapGet("/{id:guid}", (Guid id, FindCases find, ClaimsPrincipal caller, CancellationToken stop) => find.OneAsync(id, ActorAccessor.From(caller), stop))
            .RequireScope(ApiScopes.ReadItems).WithName("GetCase").WithSummary("A case with its prediction and its label").ProducesProblem(StatusCodes.Status404NotFound);
        return routes;
    }

    /// <summary>As the answers spell it: the framework reads enumerations in an address in the code's spelling alone.</summary>
    private static CaseState? State(string? text) => text is null or ""
        ? null
        : Enum.TryParse<CaseState>(text, ignoreCase: true, out var state) && Enum.IsDefined(state) && !char.IsAsciiDigit(text[0])
            ? state
            : throw new FluentValidation.ValidationException([new FluentValidation.Results.ValidationFailure("State", "A state is open, labelled or escalated.")]);

    /// <param name="Queue">The queue's key.</param>
    /// <param name="Source">The service that the item comes from.</param>
    /// <param name="ExternalId">Its id there.</param>
    internal sealed record ItemBody(
        string Queue, string Source, string ExternalId, string? Text = null, string? Language = null, string? Author = null, string? Thread = null, string? ReplyTo = null, DateTime? PublishedAt = null,
        IReadOnlyList<NewPart>? Parts = null)
    {
        public NewItem Item() => new(ExternalId, Text, Language, Author, Thread, ReplyTo, PublishedAt, Parts);
    }
}
