using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace ReviewStudio.Api;

/// <summary>Gives JSON that is read over the API an ETag, and answers 304 to who has it already. Files have tags of their own.</summary>
internal sealed class EntityTags(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path;
        if (!HttpMethods.IsGet(context.Request.Method) || !path.StartsWithSegments("/api/v1", StringComparison.OrdinalIgnoreCase)
            || path.Value!.Contains("/files/", StringComparison.Ordinal) || path.Value.EndsWith(".csv", StringComparison.Ordinal) || path.Value.EndsWith("/rejects", StringComparison.Ordinal))
        {
            await next(context);
            return;
        }

        var outside = context.Response.Body;
        using var held = new MemoryStream();
        context.Response.Body = held;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = outside;
        }

        if (context.Response.StatusCode == StatusCodes.Status200OK)
        {
            var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(held.GetBuffer().AsSpan(0, (int)held.Length)))[..32]}\"";
            context.Response.Headers.ETag = tag;
            context.Response.Headers.CacheControl = "private, no-cache";
            if (context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Tag == "*" || known.Tag == tag))
            {
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                context.Response.Headers.Remove(HeaderNames.ContentType);
                context.Response.ContentLength = null;
                return;
            }
        }

        held.Position = 0;
        await held.CopyToAsync(outside, context.RequestAborted);
    }
}
