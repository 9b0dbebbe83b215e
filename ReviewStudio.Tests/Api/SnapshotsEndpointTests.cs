using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using ReviewStudio.Api;
using ReviewStudio.Cli.Snapshots;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Api;

public sealed class SnapshotsEndpointTests : IAsyncLifetime
{
    private TestStudio _studio = null!;
    private TestApi _api = null!;
    private HttpClient _client = null!;
    private Snapshot _snapshot = null!;
    private byte[] _bytes = [];

    private string Address => $"/api/v1/snapshots/{_snapshot.PublicId}/files/examples.jsonl";

    public async ValueTask InitializeAsync()
    {
        _studio = await Snapshots.StudioAsync(40);
        _snapshot = await Snapshots.ExportAsync(_studio);
        _bytes = await File.ReadAllBytesAsync(Snapshots.File(_studio, _snapshot, "examples.jsonl"));
        _api = await TestApi.StartAsync(_studio, routes => routes.MapSnapshots());
        _client = _api.Client(await _studio.ReviewerAsync("eve", roles: Roles.MLEngineer));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _api.DisposeAsync();
        await _studio.DisposeAsync();
    }

    [Fact]
    public async Task File_comes_whole_with_its_hash_as_tag_and_never_as_a_page()
    {
        var answer = await _client.GetAsync(Address);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(_bytes);
        answer.Headers.ETag!.Tag.ShouldBe($"\"{Convert.ToHexStringLower(SHA256.HashData(_bytes))}\"");
        answer.Headers.ETag.IsWeak.ShouldBeFalse();
        answer.Headers.AcceptRanges.ShouldBe(["bytes"]);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/octet-stream");
        answer.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        answer.Content.Headers.ContentDisposition.FileName.ShouldBe($"{_snapshot.Folder}-examples.jsonl");
    }

    [Fact]
    public async Task Broken_download_goes_on_where_it_stopped()
    {
        var tag = (await _client.GetAsync(Address)).Headers.ETag!;
        using var rest = new HttpRequestMessage(HttpMethod.Get, Address);
        rest.Headers.Range = new RangeHeaderValue(1_000, null);
        rest.Headers.IfRange = new RangeConditionHeaderValue(tag);

        var answer = await _client.SendAsync(rest);

        answer.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        answer.Content.Headers.ContentRange!.ToString().ShouldBe($"bytes 1000-{_bytes.Length - 1}/{_bytes.Length}");
        _bytes[..1_000].Concat(await answer.Content.ReadAsByteArrayAsync()).ShouldBe(_bytes);
    }

    [Fact]
    public async Task Download_begins_anew_where_the_file_is_another_one()
    {
        using var rest = new HttpRequestMessage(HttpMethod.Get, Address);
        rest.Headers.Range = new RangeHeaderValue(1_000, null);
        rest.Headers.IfRange = new RangeConditionHeaderValue(new EntityTagHeaderValue("\"another\""));

        var answer = await _client.SendAsync(rest);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(_bytes);
    }

    [Fact]
    public async Task Range_behind_the_end_is_refused_with_the_length()
    {
        using var rest = new HttpRequestMessage(HttpMethod.Get, Address);
        rest.Headers.Range = new RangeHeaderValue(_bytes.Length, null);

        var answer = await _client.SendAsync(rest);

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
        answer.Content.Headers.ContentRange!.Length.ShouldBe(_bytes.Length);
    }

    [Theory]
    [InlineData("examples.jsonl")]
    [InlineData("manifest.json")]
    [InlineData("croissant.json")]
    public async Task File_that_the_caller_has_is_not_sent_again(string name)
    {
        var address = Address.Replace("examples.jsonl", name, StringComparison.Ordinal);
        var first = await _client.GetAsync(address);
        using var again = new HttpRequestMessage(HttpMethod.Get, address);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        var answer = await _client.SendAsync(again);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
        first.Headers.ETag!.Tag.ShouldBe($"\"{Convert.ToHexStringLower(SHA256.HashData(await first.Content.ReadAsByteArrayAsync()))}\"");
    }

    [Fact]
    public async Task Difference_is_told_as_JSON()
    {
        await Snapshots.RelabelAsync(_studio);
        var later = await Snapshots.ExportAsync(_studio);

        using var json = JsonDocument.Parse(await _client.GetStringAsync($"/api/v1/snapshots/{_snapshot.PublicId}/diff/{later.PublicId}"));

        json.RootElement.GetProperty("relabelled").GetInt32().ShouldBe(1);
        var change = json.RootElement.GetProperty("changes").EnumerateArray().ShouldHaveSingleItem();
        (change.GetProperty("kind").GetString(), change.GetProperty("before").GetString(), change.GetProperty("after").GetString()).ShouldBe(("relabelled", "bad", "ok"));
        change.GetProperty("verdicts").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Strangers_and_moderators_get_no_file()
    {
        using var stranger = _api.Client(null);
        using var moderator = _api.Client(await _studio.ReviewerAsync("mo", roles: Roles.Moderator));

        (await stranger.GetAsync(Address)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await moderator.GetAsync(Address)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await _client.GetAsync(Address + ".bak")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Snapshots_are_listed_and_traced_both_ways()
    {
        var listed = (await _client.GetFromJsonAsync<List<SnapshotAnswer>>("/api/v1/snapshots/?policy=posts"))!.ShouldHaveSingleItem();
        var forward = await _client.GetFromJsonAsync<JsonElement>($"/api/v1/snapshots/{_snapshot.PublicId}/lineage");
        var verdict = forward.GetProperty("firstVerdicts")[0];
        var back = await _client.GetFromJsonAsync<JsonElement>($"/api/v1/lineage/verdicts/{verdict.GetProperty("id").GetGuid()}");

        (listed.Id, listed.Hash, listed.Present).ShouldBe((_snapshot.PublicId, _snapshot.LogicalHash, true));
        back.GetProperty("snapshots")[0].GetProperty("id").GetGuid().ShouldBe(_snapshot.PublicId);
        (await _client.GetAsync($"/api/v1/lineage/heads/{Guid.NewGuid()}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Snapshot_is_started_and_its_job_asked_for()
    {
        var answer = await _client.PostAsJsonAsync("/api/v1/snapshots/", new { policy = "posts", only = new { methods = new[] { "single" } } });
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var job = (await answer.Content.ReadFromJsonAsync<SnapshotJobAnswer>())!;
        await _studio.Get<RunBackgroundJob>().RunAsync(_studio.Dispatcher.Ids[^1], CancellationToken.None);

        var done = (await _client.GetFromJsonAsync<SnapshotJobAnswer>(answer.Headers.Location))!;

        (done.Job, done.State).ShouldBe((job.Job, "succeeded"));
        (await _client.GetFromJsonAsync<List<SnapshotAnswer>>("/api/v1/snapshots/"))!.ShouldContain(s => s.Id == done.Snapshot);
        (await _client.PostAsJsonAsync("/api/v1/snapshots/", new { policy = "none" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Fetch_goes_on_where_it_was_broken_off_and_refuses_what_was_altered()
    {
        var files = SnapshotManifest.FromJson(_snapshot.ManifestJson).Files;
        var folder = Directory.CreateTempSubdirectory().FullName;
        var asked = new List<(string Name, long From)>();
        async Task<(Stream, long)> OpenAsync(string name, long from, string? hash, CancellationToken stop)
        {
            asked.Add((name, from));
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/snapshots/{_snapshot.PublicId}/files/{name}");
            if (from > 0)
            {
                request.Headers.Range = new RangeHeaderValue(from, null);
                request.Headers.IfRange = new RangeConditionHeaderValue(new EntityTagHeaderValue($"\"{hash}\""));
            }

            var answer = await _client.SendAsync(request, stop);
            return (await answer.Content.ReadAsStreamAsync(stop), answer.StatusCode == HttpStatusCode.PartialContent ? from : 0);
        }

        await File.WriteAllBytesAsync(Path.Combine(folder, "examples.jsonl.part"), _bytes[..1_000]);
        await SnapshotFetch.RunAsync(folder, files, OpenAsync, CancellationToken.None);
        asked.ShouldContain(("examples.jsonl", 1_000L));
        (await File.ReadAllBytesAsync(Path.Combine(folder, "examples.jsonl"))).ShouldBe(_bytes);
        Directory.GetFiles(folder).Length.ShouldBe(files.Count + 1);

        asked.Clear();
        await SnapshotFetch.RunAsync(folder, files, OpenAsync, CancellationToken.None);
        asked.ShouldHaveSingleItem().Name.ShouldBe("manifest.json", "what is there and right is not fetched again");

        File.Delete(Path.Combine(folder, "examples.jsonl"));
        await File.WriteAllBytesAsync(Path.Combine(folder, "examples.jsonl.part"), new byte[1_000]);
        (await Should.ThrowAsync<RefusedException>(() => SnapshotFetch.RunAsync(folder, files, OpenAsync, CancellationToken.None))).Code.ShouldBe("snapshot.altered");
        File.Exists(Path.Combine(folder, "examples.jsonl")).ShouldBeFalse();
    }
}
