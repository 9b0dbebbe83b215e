using System.Security.Cryptography;
using System.Text;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Api;

/// <summary>
/// Carries a request with an <c>Idempotency-Key</c> out once: sent again, it gets the first answer. Anything that changes
/// something below <c>/api</c> takes a key; streams do not, as each of their lines is safe to repeat anyway.
/// </summary>
internal sealed class IdempotencyKeys(RequestDelegate next, IdempotentAnswers answers)
{
    public const string Header = "Idempotency-Key";

    /// <summary>On an answer that is given again.</summary>
    public const string Replayed = "Idempotency-Replayed";

    public async Task InvokeAsync(HttpContext context)
    {
        var key = context.Request.Headers[Header].ToString();
        if (key.Length == 0 || !Takes(context))
        {
            await next(context);
            return;
        }

        if (key.Length > IdempotentAnswers.LongestKey || key.Any(char.IsControl))
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "idempotency.key", $"An idempotency key has at most {IdempotentAnswers.LongestKey} printable characters, such as a UUID.");
            return;
        }

        string hash;
        try
        {
            hash = await HashAsync(context);
        }
        catch (BadHttpRequestException e)
        {
            // Too large, or cut off: what answers it in words comes after this.
            context.Response.StatusCode = e.StatusCode;
            return;
        }

        var (state, answer) = await answers.BeginAsync(ApiLimiter.Caller(context), key, hash, context.RequestAborted);
        switch (state)
        {
            case KeyState.Answered:
                await ReplayAsync(context, answer);
                break;
            case KeyState.Running:
                context.Response.Headers.RetryAfter = "1";
                await RefuseAsync(context, StatusCodes.Status409Conflict, "idempotency.running", "The same request is being carried out at this moment. Send it again in a second to get its answer.");
                break;
            case KeyState.Mismatch:
                await RefuseAsync(context, StatusCodes.Status422UnprocessableEntity, "idempotency.mismatch", "This idempotency key was used for another request within the last day. Take a new key for a new request.");
                break;
            default:
                await CarryOutAsync(context, answer);
                break;
        }
    }

    /// <summary>Only callers who are known: a stranger's key has nobody to belong to.</summary>
    private static bool Takes(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) && context.User.Identity?.IsAuthenticated == true
        && !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)
        && context.Request.ContentType?.StartsWith("application/x-ndjson", StringComparison.OrdinalIgnoreCase) != true;

    private async Task CarryOutAsync(HttpContext context, IdempotentAnswer begun)
    {
        var outside = context.Response.Body;
        using var held = new MemoryStream();
        context.Response.Body = held;
        var status = StatusCodes.Status500InternalServerError;
        try
        {
            await next(context);
            status = context.Response.StatusCode;
        }
        finally
        {
            context.Response.Body = outside;
            await answers.EndAsync(begun, status, context.Response.ContentType ?? "", held.ToArray());
        }

        held.Position = 0;
        await held.CopyToAsync(outside, context.RequestAborted);
    }

    private static async Task ReplayAsync(HttpContext context, IdempotentAnswer answer)
    {
        context.Response.StatusCode = answer.Status;
        context.Response.Headers[Replayed] = "true";
        if (answer.Body.Length > 0)
        {
            context.Response.ContentType = answer.ContentType;
            await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
        }
    }

    private static async Task<string> HashAsync(HttpContext context)
    {
        context.Request.EnableBuffering();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}\n"));
        var buffer = new byte[16 * 1024];
        while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is var read and > 0)
        {
            hash.AppendData(buffer, 0, read);
        }

        context.Request.Body.Position = 0;
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static Task RefuseAsync(HttpContext context, int status, string code, string words) => Results.Problem(
        words, statusCode: status, title: "Refused", extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = code }).ExecuteAsync(context);
}
