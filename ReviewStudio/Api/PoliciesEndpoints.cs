using System.Security.Claims;
using ReviewStudio.Core.Accounts.Keys;
using ReviewStudio.Core.Policies;
using ReviewStudio.Security;

namespace ReviewStudio.Api;

/// <summary>Policies over HTTP. A policy is named by its key or its id.</summary>
internal static class PoliciesEndpoints
{
    public static RouteGroupBuilder MapPolicies(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/policies").WithTags("Policies")
            .RequireAuthorization(Access.SeePolicies)
            .AddEndpointFilter<RefusalsAsProblems>();

        group.MapGet("/", (bool? archived, ListPolicies list, ClaimsPrincipal caller, CancellationToken stop) =>
                list.RunAsync(archived ?? false, ActorAccessor.From(caller), stop))
            .RequireScope(ApiScopes.ReadPolicies).WithName("ListPolicies").WithSummary("Policies by name; archived ones when asked for");

        group.MapGet("/{policy}", (string policy, GetPolicy get, ClaimsPrincipal caller, CancellationToken stop) =>
                get.RunAsync(policy, ActorAccessor.From(caller), stop))
            .RequireScope(ApiScopes.ReadPolicies).WithName("GetPolicy").WithSummary("A policy with all its versions, the latest first")
            .ProducesProblem(StatusCodes.Status404NotFound);

        group.MapPost("/", CreateAsync)
            .RequireScope(ApiScopes.WritePolicies).WithName("CreatePolicy").WithSummary("Makes a policy with its first draft")
            .Produces<PolicyDetails>(StatusCodes.Status201Created).ProducesValidationProblem().ProducesProblem(StatusCodes.Status409Conflict);

        group.MapPost("/{policy}/draft", StartAsync)
            .RequireScope(ApiScopes.WritePolicies).WithName("StartPolicyDraft").WithSummary("Begins the next version as a copy of the latest, or returns the draft that there is")
            .Produces<VersionDetails>().ProducesProblem(StatusCodes.Status404NotFound);

        group.MapPut("/{policy}/draft", SaveAsync)
            .RequireScope(ApiScopes.WritePolicies).WithName("SavePolicyDraft").WithSummary("Replaces the draft; the stamp is that of the draft as it was read")
            .Produces<VersionDetails>().ProducesValidationProblem().ProducesProblem(StatusCodes.Status409Conflict);

        group.MapDelete("/{policy}/draft", async (string policy, Guid stamp, DiscardDraft discard, ClaimsPrincipal caller, CancellationToken stop) =>
            {
                await discard.RunAsync(policy, stamp, ActorAccessor.From(caller), stop);
                return TypedResults.NoContent();
            })
            .RequireScope(ApiScopes.WritePolicies).WithName("DiscardPolicyDraft").WithSummary("Throws the draft away").ProducesProblem(StatusCodes.Status409Conflict);

        group.MapPost("/{policy}/publish", PublishAsync)
            .RequireScope(ApiScopes.WritePolicies).WithName("PublishPolicyVersion").WithSummary("Puts the draft in force; the map says what becomes of each label of the version before")
            .Produces<PublishedVersion>().ProducesValidationProblem().ProducesProblem(StatusCodes.Status409Conflict);

        group.MapPost("/{policy}/archive", (string policy, ArchivePolicy archive, ClaimsPrincipal caller, CancellationToken stop) =>
                ArchiveAsync(policy, archived: true, archive, caller, stop))
            .RequireScope(ApiScopes.WritePolicies).WithName("ArchivePolicy").WithSummary("Takes a policy out of use").ProducesProblem(StatusCodes.Status409Conflict);

        group.MapPost("/{policy}/restore", (string policy, ArchivePolicy archive, ClaimsPrincipal caller, CancellationToken stop) =>
                ArchiveAsync(policy, archived: false, archive, caller, stop))
            .RequireScope(ApiScopes.WritePolicies).WithName("RestorePolicy").WithSummary("Brings an archived policy back");
        return group;
    }

    private static async Task<IResult> CreateAsync(NewPolicy policy, CreatePolicy create, GetPolicy get, ClaimsPrincipal caller, CancellationToken stop)
    {
        await create.RunAsync(policy, ActorAccessor.From(caller), stop);
        return TypedResults.Created($"/api/v1/policies/{policy.Key}", await get.RunAsync(policy.Key, ActorAccessor.From(caller), stop));
    }

    private static async Task<IResult> StartAsync(string policy, StartDraft start, GetPolicy get, ClaimsPrincipal caller, CancellationToken stop)
    {
        await start.RunAsync(policy, ActorAccessor.From(caller), stop);
        return TypedResults.Ok((await get.RunAsync(policy, ActorAccessor.From(caller), stop)).Draft);
    }

    private static async Task<IResult> SaveAsync(
        string policy, DraftBody draft, EditDraft edit, GetPolicy get, ClaimsPrincipal caller, CancellationToken stop)
    {
        await edit.RunAsync(new DraftEdit(policy, draft.Stamp, draft.Content ?? new PolicyContent()), ActorAccessor.From(caller), stop);
        return TypedResults.Ok((await get.RunAsync(policy, ActorAccessor.From(caller), stop)).Draft);
    }

    private static async Task<IResult> PublishAsync(
        string policy, PublishBody body, PublishPolicyVersion publish, ClaimsPrincipal caller, CancellationToken stop)
    {
        var choices = (body.Map ?? []).Select(m => m ?? new MappingBody("", LabelMappingKind.Same, null));
        var map = choices.Select(m => new MappingChoice(m.From ?? "", m.Kind, m.To)).ToList();
        return TypedResults.Ok(await publish.RunAsync(new Publication(policy, body.Stamp, map, body.Pending), ActorAccessor.From(caller), stop));
    }

    private static async Task<IResult> ArchiveAsync(string policy, bool archived, ArchivePolicy archive, ClaimsPrincipal caller, CancellationToken stop)
    {
        await archive.RunAsync(policy, archived, ActorAccessor.From(caller), stop);
        return TypedResults.NoContent();
    }

    /// <param name="Stamp">The stamp of the draft as it was read.</param>
    internal sealed record DraftBody(Guid Stamp, PolicyContent? Content);

    /// <param name="Stamp">The stamp of the draft as it was read.</param>
    /// <param name="Map">One entry a label of the version in force; empty at the first publication.</param>
    /// <param name="Pending">Whether waiting cases move to the new version or finish on the old one.</param>
    internal sealed record PublishBody(Guid Stamp, IReadOnlyList<MappingBody?>? Map, PendingCases Pending = PendingCases.Move);

    /// <param name="From">A label's key in the version in force.</param>
    /// <param name="Kind"><c>same</c>, <c>merged</c> or <c>reReview</c>.</param>
    /// <param name="To">The key in the new version; absent with <c>reReview</c>.</param>
    internal sealed record MappingBody(string? From, LabelMappingKind Kind, string? To);
}
