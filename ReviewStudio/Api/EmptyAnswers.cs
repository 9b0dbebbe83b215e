namespace ReviewStudio.Api;

/// <summary>Gives words to answers of the API that the framework leaves empty: bad JSON, unknown addresses, bodies of the wrong kind or size.</summary>
internal static class EmptyAnswers
{
    public static IApplicationBuilder UseWordsForEmptyAnswers(this IApplicationBuilder app) => app.UseWhen(
        context => context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase),
        api => api.UseStatusCodePages(pages => WriteAsync(pages.HttpContext)));

    private static Task WriteAsync(HttpContext context)
    {
        var (code, title, words) = context.Response.StatusCode switch
        {
            StatusCodes.Status400BadRequest => ("request.invalid", "Not understood", "The request cannot be read: the body is no JSON of the expected shape, or a parameter is missing or of the wrong kind. The API's description at /api/v1/openapi.json shows what is expected."),
            StatusCodes.Status404NotFound => ("address.unknown", "Not found", "There is no such address. The API's description at /api/v1/openapi.json lists those that there are."),
            StatusCodes.Status405MethodNotAllowed => ("request.method", "Not allowed here", "This address does not take this method. The API's description at /api/v1/openapi.json lists what it takes."),
            StatusCodes.Status413PayloadTooLarge => ("request.large", "Too large", "The body is larger than 30 MB. Send it in parts."),
            StatusCodes.Status415UnsupportedMediaType => ("request.type", "Wrong kind of body", "Send JSON, with the header Content-Type: application/json."),
            _ => ("request.failed", "Failed", "The request could not be carried out."),
        };
        return Results.Problem(
            words, statusCode: context.Response.StatusCode, title: title, extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = code }).ExecuteAsync(context);
    }
}
