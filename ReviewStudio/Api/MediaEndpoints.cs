using System.Security.Claims;
using Microsoft.Net.Http.Headers;
using ReviewStudio.Core.Accounts.Keys;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Security;

namespace ReviewStudio.Api;

/// <summary>Media for the workbench. What is served can run nothing, whatever it turns out to be.</summary>
internal static class MediaEndpoints
{
    private const string Sandbox = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox";

    public static IEndpointRouteBuilder MapMedia(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/media/{hash:length(64)}/{view}", async (string hash, string view, OpenMedia open, ClaimsPrincipal caller, HttpContext http, CancellationToken stop) =>
            {
                // Read here: the framework takes enumerations in an address in the code's spelling alone.
                if (!Enum.TryParse<MediaView>(view, ignoreCase: true, out var wanted) || await open.RunAsync(hash, wanted, ActorAccessor.From(caller), stop) is not { } media)
                {
                    return Results.NotFound();
                }

                var headers = http.Response.Headers;
                headers.ContentSecurityPolicy = Sandbox;
                headers.XContentTypeOptions = "nosniff";
                headers.ContentDisposition = "inline";
                headers["Cross-Origin-Resource-Policy"] = "same-origin";

                // What was made may be made anew under the same address; the tag tells.
                headers.CacheControl = "private, no-cache";
                return Results.Stream(media.Content, media.Type, entityTag: new EntityTagHeaderValue($"\"{media.Hash}\""), enableRangeProcessing: true);
            })
            .RequireAuthorization(Access.SeePolicies).AddEndpointFilter<RefusalsAsProblems>().ExcludeFromDescription();
        routes.MapGroup("/api/v1/media").WithTags("Snapshots").RequireAuthorization(Access.SeeDatasets).AddEndpointFilter<RefusalsAsProblems>()
            .MapGet("/{hash}/files/original", async (string hash, OpenOriginal open, ClaimsPrincipal caller, CancellationToken stop) =>
            {
                var media = await open.RunAsync(hash, ActorAccessor.From(caller), stop);

                // Never shown in a browser: it is as it came in.
                return Results.Stream(media.Content, "application/octet-stream", media.Hash, entityTag: new EntityTagHeaderValue($"\"{media.Hash}\""), enableRangeProcessing: true);
            })
            .RequireScope(ApiScopes.ReadSnapshots).WithName("DownloadMedia").WithSummary("Media that a snapshot names by its SHA-256, as it came in; ranges are served")
            .ProducesProblem(StatusCodes.Status404NotFound);
        return routes;
    }
}
