using FluentValidation;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage.Blobs;

namespace ReviewStudio.Api;

/// <summary>Answers refusals of use cases as problem details (RFC 9457): the same words that the pages show.</summary>
internal sealed class RefusalsAsProblems(ILogger<RefusalsAsProblems> log) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (ValidationException e)
        {
            return Results.ValidationProblem(
                e.Errors.GroupBy(f => Path(f.PropertyName), StringComparer.Ordinal)
                    .ToDictionary(g => g.Key, g => g.Select(f => f.ErrorMessage).Distinct(StringComparer.Ordinal).ToArray(), StringComparer.Ordinal),
                detail: "Some of what was sent is not in order; 'errors' names each place and what to do. Nothing was changed.");
        }
        catch (BadHttpRequestException e)
        {
            // Too large, or cut off, while the endpoint itself was reading it: the words come from where empty answers get theirs.
            return Results.StatusCode(e.StatusCode);
        }
        catch (BlobStoreException e)
        {
            log.LogError(e, "The object store does not do what it must");
            return Results.Problem("Media cannot be reached at the moment. Try again later; the System page says what is wrong.", statusCode: StatusCodes.Status503ServiceUnavailable, title: "Object store");
        }
        catch (ForbiddenException e)
        {
            return Results.Problem(e.Message, statusCode: StatusCodes.Status403Forbidden, title: "Not allowed");
        }
        catch (RefusedException e)
        {
            return Results.Problem(
                e.Message, statusCode: Status(e.Code), title: "Refused", extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = e.Code });
        }
    }

    private static int Status(string code) => code.EndsWith(".unknown", StringComparison.Ordinal)
        ? StatusCodes.Status404NotFound
        : StatusCodes.Status409Conflict;

    /// <summary>The place as the JSON spells it: <c>Labels[1].HotKey</c> becomes <c>labels[1].hotKey</c>.</summary>
    private static string Path(string property) =>
        string.Join('.', property.Split('.').Select(part => part.Length == 0 ? part : char.ToLowerInvariant(part[0]) + part[1..]));
}
