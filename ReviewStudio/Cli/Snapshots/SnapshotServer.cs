using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using ReviewStudio.Api;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Datasets;

namespace ReviewStudio.Cli.Snapshots;

/// <summary>Snapshots of a server, over HTTP with an API key.</summary>
internal sealed class SnapshotServer : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly HttpClient _client;

    /// <param name="address">Such as <c>https://studio.example.org</c>.</param>
    /// <param name="key">Such as <c>rs_…</c>; null for none.</param>
    /// <exception cref="RefusedException"><c>server.address</c>.</exception>
    public SnapshotServer(string address, string? key)
    {
        if (!Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out var root) || root.Scheme is not ("http" or "https"))
        {
            throw new RefusedException("server.address", $"'{address}' is no address. Give one such as https://studio.example.org.");
        }

        _client = new HttpClient { BaseAddress = root, Timeout = Timeout.InfiniteTimeSpan };
        if (key is not null)
        {
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
    }

    public async Task<List<SnapshotAnswer>> ListAsync(string? policy, CancellationToken stop) =>
        await GetAsync<List<SnapshotAnswer>>("api/v1/snapshots/" + (policy is null ? "" : $"?policy={Uri.EscapeDataString(policy)}"), stop);

    public Task<SnapshotDiffAnswer> DiffAsync(Guid from, Guid to, CancellationToken stop) => GetAsync<SnapshotDiffAnswer>($"api/v1/snapshots/{from}/diff/{to}", stop);

    /// <summary>Has the server compare its files with their hashes.</summary>
    public Task<SnapshotCheck> VerifyAsync(Guid id, CancellationToken stop) => GetAsync<SnapshotCheck>($"api/v1/snapshots/{id}/verification", stop);

    /// <summary>Makes a snapshot and waits for it.</summary>
    public async Task<SnapshotAnswer> CreateAsync(NewSnapshotBody body, CancellationToken stop)
    {
        using var answer = await _client.PostAsJsonAsync("api/v1/snapshots/", body, Json, stop);
        var job = await ReadAsync<SnapshotJobAnswer>(answer, stop);
        while (job.Snapshot is null)
        {
            if (job.State is "failed" or "cancelled")
            {
                throw new RefusedException("snapshot.failed", job.Error ?? "The snapshot was cancelled. Run the command again to make it.");
            }

            await Task.Delay(Pause, stop);
            job = await GetAsync<SnapshotJobAnswer>($"api/v1/snapshots/jobs/{job.Job}", stop);
        }

        return (await ListAsync(null, stop)).Single(s => s.Id == job.Snapshot);
    }

    /// <summary>A file from a place on.</summary>
    /// <param name="hash">What its tag must say, so that the pieces of two files are never joined.</param>
    /// <returns>The bytes, and where they begin: 0 when the server sends all.</returns>
    public async Task<(Stream Bytes, long From)> OpenAsync(Guid snapshot, string name, long from, string? hash, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/v1/snapshots/{snapshot}/files/{Uri.EscapeDataString(name)}");
        if (from > 0 && hash is not null)
        {
            request.Headers.Range = new RangeHeaderValue(from, null);
            request.Headers.IfRange = new RangeConditionHeaderValue(new EntityTagHeaderValue($"\"{hash}\""));
        }

        var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        await DemandAsync(answer, stop);
        return (await answer.Content.ReadAsStreamAsync(stop), answer.StatusCode == HttpStatusCode.PartialContent ? from : 0);
    }

    public void Dispose() => _client.Dispose();

    private async Task<T> GetAsync<T>(string path, CancellationToken stop)
    {
        using var answer = await _client.GetAsync(path, stop);
        return await ReadAsync<T>(answer, stop);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, CancellationToken stop)
    {
        await DemandAsync(answer, stop);
        return await answer.Content.ReadFromJsonAsync<T>(Json, stop) ?? throw new RefusedException("server.answer", "The server sent nothing. Is it a ReviewStudio of this version?");
    }

    private static async Task DemandAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        if (answer.IsSuccessStatusCode)
        {
            return;
        }

        var text = await answer.Content.ReadAsStringAsync(stop);
        var detail = "";
        try
        {
            detail = JsonDocument.Parse(text).RootElement.TryGetProperty("detail", out var told) ? told.GetString() ?? "" : "";
        }
        catch (JsonException)
        {
            // A proxy's page, perhaps.
        }

        throw new RefusedException("server.refused", answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Redirect => "The server wants an API key. Give one with --api-key that may read snapshots.",
            _ when detail.Length > 0 => detail,
            _ => $"The server answered {(int)answer.StatusCode}.",
        });
    }
}
