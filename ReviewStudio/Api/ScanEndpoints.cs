using System.Security.Claims;
using ReviewStudio.Core.Accounts.Keys;
using ReviewStudio.Core.Content.Media.Likeness;
using ReviewStudio.Core.Scanning;
using ReviewStudio.Core.Scanning.Hashes;
using ReviewStudio.Core.Scanning.Media;
using ReviewStudio.Core.Scanning.Rules;
using ReviewStudio.Security;

namespace ReviewStudio.Api;

/// <summary>Scanning before publication, and what stops content whatever a head says: rules and hash lists.</summary>
internal static class ScanEndpoints
{
    public static IEndpointRouteBuilder MapScan(this IEndpointRouteBuilder routes)
    {
        routes.MapGroup("/api/v1/scan").WithTags("Scan").RequireAuthorization(Access.Scan).AddEndpointFilter<RefusalsAsProblems>()
            .MapPost("/", ScanAsync)
            .RequireScope(ApiScopes.Scan).WithName("Scan").WithSummary("May this be published? Allow, review or block, policy by policy")
            .Accepts<ScanRequest>("application/json", "multipart/form-data")
            .Produces<ScanAnswer>().ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        MapRules(routes);
        MapHashLists(routes);
        return routes;
    }

    private static async Task<IResult> ScanAsync(HttpContext http, ScanContent scan, ReceiveScanFile receive, ClaimsPrincipal caller, CancellationToken stop)
    {
        try
        {
            var actor = ActorAccessor.From(caller);
            if (http.Request.HasFormContentType)
            {
                return Results.Ok(await ScanUpload.RunAsync(http, scan, receive, actor, stop));
            }

            return await JsonBody.ReadAsync<ScanRequest>(http, stop) is { } body
                ? Results.Ok(await scan.RunAsync(body, actor, stop))
                : Results.StatusCode(http.Request.HasJsonContentType() ? StatusCodes.Status400BadRequest : StatusCodes.Status415UnsupportedMediaType);
        }
        catch (ScanBusyException e)
        {
            http.Response.Headers.RetryAfter = "1";
            return Results.Problem(
                e.Message, statusCode: StatusCodes.Status503ServiceUnavailable, title: "Busy", extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = "scan.busy" });
        }
    }

    private static void MapRules(IEndpointRouteBuilder routes)
    {
        var rules = routes.MapGroup("/api/v1/scan-rules").WithTags("Scan").RequireAuthorization(Access.SeeScanning).AddEndpointFilter<RefusalsAsProblems>();
        rules.MapGet("/", (ListRules list, ClaimsPrincipal caller, CancellationToken stop) => list.RunAsync(ActorAccessor.From(caller), stop))
            .RequireScope(ApiScopes.ScanningRead).WithName("ListRules").WithSummary("Block rules, the newest first, with how often they matched");
        rules.MapPost("/", async (NewRule body, AddRule add, ClaimsPrincipal caller, CancellationToken stop) =>
            {
                var id = await add.RunAsync(body, ActorAccessor.From(caller), stop);
                return Results.Created($"/api/v1/scan-rules/{id}", new AddedRule(id));
            })
            .RequireAuthorization(Access.ManageScanning).RequireScope(ApiScopes.ScanningWrite).WithName("AddRule").WithSummary("Puts a block rule in force; it ends by itself")
            .Produces<AddedRule>(StatusCodes.Status201Created).ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        rules.MapPost("/try", (RuleToTry body, TryRule trial, ClaimsPrincipal caller, CancellationToken stop) =>
                trial.RunAsync(body.Policy ?? "", body.Kind, body.Pattern ?? "", ActorAccessor.From(caller), stop))
            .RequireScope(ApiScopes.ScanningRead).WithName("TryRule").WithSummary("What a rule would have matched in past traffic; changes nothing")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        rules.MapDelete("/{id:guid}", async (Guid id, EndRule end, ClaimsPrincipal caller, CancellationToken stop) =>
            {
                await end.RunAsync(id, ActorAccessor.From(caller), stop);
                return TypedResults.NoContent();
            })
            .RequireAuthorization(Access.ManageScanning).RequireScope(ApiScopes.ScanningWrite).WithName("EndRule").WithSummary("Ends a block rule at once").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static void MapHashLists(IEndpointRouteBuilder routes)
    {
        var lists = routes.MapGroup("/api/v1/hash-lists").WithTags("Scan").RequireAuthorization(Access.SeeScanning).AddEndpointFilter<RefusalsAsProblems>();
        lists.MapGet("/", (ListHashLists list, ClaimsPrincipal caller, CancellationToken stop) => list.RunAsync(ActorAccessor.From(caller), stop))
            .RequireScope(ApiScopes.ScanningRead).WithName("ListHashLists").WithSummary("Hash lists with their owner, source and number of entries");
        lists.MapPost("/", async (NewHashList body, AddHashList add, ClaimsPrincipal caller, CancellationToken stop) =>
            {
                var id = await add.RunAsync(body, ActorAccessor.From(caller), stop);
                return Results.Created($"/api/v1/hash-lists/{body.Key}", new AddedRule(id));
            })
            .RequireAuthorization(Access.ManageScanning).RequireScope(ApiScopes.ScanningWrite).WithName("AddHashList").WithSummary("Makes a hash list without entries")
            .Produces<AddedRule>(StatusCodes.Status201Created).ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        lists.MapPost("/{list}/add", (string list, HashesBody body, ChangeHashes change, ClaimsPrincipal caller, CancellationToken stop) =>
                change.RunAsync(body.Change(list, remove: false), ActorAccessor.From(caller), stop))
            .RequireAuthorization(Access.ManageScanning).RequireScope(ApiScopes.ScanningWrite).WithName("AddHashes").WithSummary("Adds up to 50,000 SHA-256 or PDQ hashes to a list; may be repeated")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        lists.MapPost("/{list}/remove", (string list, HashesBody body, ChangeHashes change, ClaimsPrincipal caller, CancellationToken stop) =>
                change.RunAsync(body.Change(list, remove: true), ActorAccessor.From(caller), stop))
            .RequireAuthorization(Access.ManageScanning).RequireScope(ApiScopes.ScanningWrite).WithName("RemoveHashes").WithSummary("Takes hashes off a list; may be repeated")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        lists.MapDelete("/{list}", async (string list, EndHashList end, ClaimsPrincipal caller, CancellationToken stop) =>
            {
                await end.RunAsync(list, ActorAccessor.From(caller), stop);
                return TypedResults.NoContent();
            })
            .RequireAuthorization(Access.ManageScanning).RequireScope(ApiScopes.ScanningWrite).WithName("EndHashList").WithSummary("Ends a hash list and deletes its entries").ProducesProblem(StatusCodes.Status404NotFound);
    }

    internal sealed record AddedRule(Guid Id);

    /// <param name="Policy">The policy's key.</param>
    internal sealed record RuleToTry(string Policy, RuleKind Kind, string Pattern);

    /// <param name="Hashes">64 hex digits each, with <c>pdq:</c> before a perceptual hash.</param>
    /// <param name="MaxDistance">In how many bits a picture's hash may differ, 0 to 31; 31 when absent.</param>
    /// <param name="Origin">Where they come from.</param>
    /// <param name="Reason">Why they are taken off; needed for that.</param>
    internal sealed record HashesBody(IReadOnlyList<string> Hashes, int? MaxDistance = null, string? Origin = null, string? Reason = null)
    {
        public HashChange Change(string list, bool remove) => new(list, Hashes ?? [], remove, MaxDistance: MaxDistance ?? PdqHash.Near, Origin: Origin ?? "API", Reason: Reason ?? "");
    }
}
