namespace ReviewStudio.Api;

/// <summary>Links from page to page.</summary>
internal static class PageLinks
{
    /// <summary>Adds a Link header to the next page (RFC 8288), where there is one.</summary>
    public static void Link(HttpContext http, string? next)
    {
        if (next is not null)
        {
            var query = http.Request.Query.Where(q => q.Key != "after").SelectMany(q => q.Value, (q, value) => KeyValuePair.Create(q.Key, value)).Append(KeyValuePair.Create("after", (string?)next));
            http.Response.Headers.Link = $"<{http.Request.Path}{QueryString.Create(query)}>; rel=\"next\"";
        }
    }
}
