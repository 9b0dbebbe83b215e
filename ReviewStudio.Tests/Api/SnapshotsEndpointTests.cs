using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using ReviewStudio.Api;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Datasets;
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
}
