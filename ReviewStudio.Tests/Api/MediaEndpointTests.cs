using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Api;
using ReviewStudio.Core.Accounts.Keys;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Api;

/// <summary>Media in and out over HTTP.</summary>
public sealed class MediaEndpointTests(TestWeb web) : IClassFixture<TestWeb>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Item_sent_as_multipart_comes_in_with_its_parts_and_its_media_are_not_for_keys()
    {
        var queue = await web.QueueAsync("media-forum");
        var client = await web.ClientAsync(ApiScopes.WriteItems, ApiScopes.ReadItems);
        using var form = Form(queue, "post-1", ("photo.html", MediaFiles.JpegWithPlace()));
        var answer = await client.PostAsync("/api/v1/items", form, None);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());

        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>(None)).GetProperty("id").GetString();
        var item = await client.GetFromJsonAsync<JsonElement>($"/api/v1/items/{id}", None);
        item.GetProperty("modality").GetString().ShouldBe("image+text");
        var part = item.GetProperty("parts")[1];
        part.GetProperty("mediaType").GetString().ShouldBe("image/jpeg");
        await LookAsync();

        var address = $"/media/{part.GetProperty("media").GetString()}/view";
        (await web.Browser().GetAsync(address, None)).StatusCode.ShouldBeOneOf(HttpStatusCode.Unauthorized, HttpStatusCode.Redirect, HttpStatusCode.Found);
        (await client.GetAsync(address, None)).StatusCode.ShouldBeOneOf(HttpStatusCode.Forbidden, HttpStatusCode.Found);

        var engineer = await web.ClientAsync(ApiScopes.ReadSnapshots);
        var original = await engineer.GetAsync($"/api/v1/media/{part.GetProperty("media").GetString()}/files/original", None);
        (await original.Content.ReadAsByteArrayAsync(None)).ShouldBe(MediaFiles.JpegWithPlace());
        (original.Content.Headers.ContentType!.MediaType, original.Content.Headers.ContentDisposition!.DispositionType).ShouldBe(("application/octet-stream", "attachment"));
        var unknown = await engineer.GetAsync($"/api/v1/media/{new string('0', 64)}/files/original", None);
        (unknown.StatusCode, (await unknown.Content.ReadFromJsonAsync<JsonElement>(None)).GetProperty("code").GetString()).ShouldBe((HttpStatusCode.NotFound, "media.unknown"));
    }

    [Fact]
    public async Task Media_are_served_in_ranges_upright_and_without_place_and_can_run_nothing()
    {
        await using var studio = await TestStudio.StartAsync();
        var probe = await Storage.MediaTests.LookAsync(studio, MediaFiles.JpegWithPlace());
        await using var api = await TestApi.StartAsync(studio, routes => routes.MapMedia());
        var client = api.Client(await studio.ReviewerAsync("ada"));
        var address = $"/media/{probe.Hash}/view";
        var whole = await client.GetAsync(address, None);
        var bytes = await whole.Content.ReadAsByteArrayAsync(None);

        whole.Content.Headers.ContentType!.MediaType.ShouldBe("image/jpeg");
        Encoding.Latin1.GetString(bytes).ShouldNotContain("Exif");
        PixelSize.Read(MediaFormat.Jpeg, bytes).ShouldBe((48, 64));
        whole.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        whole.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("sandbox");

        using var some = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Range = new RangeHeaderValue(2, 11) } };
        var part = await client.SendAsync(some, None);
        part.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await part.Content.ReadAsByteArrayAsync(None)).ShouldBe(bytes[2..12]);

        (await client.GetAsync($"/media/{probe.Hash}/sheet", None)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await client.GetAsync($"/media/{new string('0', 64)}/view", None)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await api.Client(null).GetAsync(address, None)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Item_whose_file_is_refused_does_not_come_in()
    {
        var queue = await web.QueueAsync("media-forum-2");
        var client = await web.ClientAsync(ApiScopes.WriteItems, ApiScopes.ReadItems);
        using var form = Form(queue, "post-2", ("photo.jpg", "<html><script>alert(1)</script>"u8.ToArray()));
        var answer = await client.PostAsync("/api/v1/items", form, None);

        answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("This is a web page");
        var cases = await client.GetFromJsonAsync<JsonElement>("/api/v1/cases?source=media-test&externalId=post-2", None);
        cases.GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    private static MultipartFormDataContent Form(string queue, string id, (string Name, byte[] Content) file)
    {
        var bytes = new ByteArrayContent(file.Content);
        bytes.Headers.ContentType = new MediaTypeHeaderValue("text/html");
        return new MultipartFormDataContent
        {
            { new StringContent(queue), "queue" }, { new StringContent("media-test"), "source" }, { new StringContent(id), "externalId" }, { new StringContent("See this"), "text" }, { bytes, "file", file.Name },
        };
    }

    private async Task LookAsync()
    {
        var jobs = web.Services.GetRequiredService<JobDesk>();
        foreach (var job in await jobs.ListAsync([LookAtMedia.JobKind], 5, None))
        {
            await web.Services.GetRequiredService<RunBackgroundJob>().RunAsync(job.Id, None);
        }
    }
}
