using System.Security.Claims;
using ReviewStudio.Core.Accounts.Keys;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Security;

namespace ReviewStudio.Api;

/// <summary>Files that imports leave behind.</summary>
internal static class ImportsEndpoints
{
    public static RouteGroupBuilder MapImports(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/imports").WithTags("Imports").RequireAuthorization(Access.Import).AddEndpointFilter<RefusalsAsProblems>();
        group.MapGet("/{id:guid}/rejects", async (Guid id, OpenRejects open, ClaimsPrincipal caller, CancellationToken stop) =>
            {
                var download = await open.RunAsync(id, ActorAccessor.From(caller), stop);
                return TypedResults.File(download.Content, "text/csv; charset=utf-8", download.Name);
            })
            .RequireScope(ApiScopes.ReadItems).WithName("DownloadRejects").WithSummary("The rows that an import left out, with line and reason, as CSV")
            .ProducesProblem(StatusCodes.Status404NotFound);
        return group;
    }
}
