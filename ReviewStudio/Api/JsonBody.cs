namespace ReviewStudio.Api;

/// <summary>Reads a body that may also come as multipart/form-data, so that the framework cannot do it.</summary>
internal static class JsonBody
{
    /// <returns>Null for what is no JSON, or JSON of another shape.</returns>
    public static async Task<T?> ReadAsync<T>(HttpContext http, CancellationToken stop)
        where T : class
    {
        try
        {
            return http.Request.HasJsonContentType() ? await http.Request.ReadFromJsonAsync<T>(stop) : null;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
