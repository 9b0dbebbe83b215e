using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Accounts.Keys;
using ReviewStudio.Core.Scanning;
using ReviewStudio.Core.Scanning.Hashes;
using ReviewStudio.Core.Scanning.Settings;
using ReviewStudio.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Api;

public sealed class ScanEndpointTests(TestWeb web) : IClassFixture<TestWeb>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Upstream_service_asks_is_answered_and_manages_rules_and_hashes_over_http()
    {
        await web.QueueAsync("scanned");
        var client = await web.ClientAsync(ApiScopes.Scan, ApiScopes.ScanningRead, ApiScopes.ScanningWrite, ApiScopes.ReadItems);
        var post = new { source = "forum", externalId = "1", text = "Win cheap pills today", language = "en", policies = new[] { "scanned-rules" } };
        var refused = await client.PostAsJsonAsync("/api/v1/scan", post, None);
        (refused.StatusCode, (await refused.Content.ReadFromJsonAsync<JsonElement>(None)).GetProperty("code").GetString()).ShouldBe((HttpStatusCode.NotFound, "scan.policy.unknown"));
        await web.Services.GetRequiredService<SetScanning>().RunAsync(
            new ScanForm("scanned-rules", true, "scanned", ScanOutcome.Allow, ScanOutcome.Review, new Dictionary<string, Threshold> { ["threat"] = new(0.5, null) }), Actor.System, None);

        var allowed = await AskAsync(client, post);
        (allowed.GetProperty("outcome").GetString(), allowed.GetProperty("policies")[0].GetProperty("reason").GetString(), allowed.GetProperty("item").ValueKind).ShouldBe(("allow", "unscored", JsonValueKind.Null));

        var rule = await client.PostAsJsonAsync("/api/v1/scan-rules", new { policy = "scanned-rules", name = "Pills", kind = "phrase", pattern = "cheap pills", label = "threat", outcome = "review", why = "", days = 10 }, None);
        rule.StatusCode.ShouldBe(HttpStatusCode.Created, await rule.Content.ReadAsStringAsync(None));
        var reviewed = await AskAsync(client, post);
        var under = reviewed.GetProperty("policies")[0];
        (reviewed.GetProperty("outcome").GetString(), under.GetProperty("matched").GetProperty("name").GetString(), under.GetProperty("label").GetString()).ShouldBe(("review", "Pills", "threat"));
        var known = await client.GetFromJsonAsync<JsonElement>($"/api/v1/cases/{under.GetProperty("case").GetGuid()}", None);
        (known.GetProperty("externalId").GetString(), known.GetProperty("state").GetString()).ShouldBe(("1", "open"));

        var trial = await (await client.PostAsJsonAsync("/api/v1/scan-rules/try", new { policy = "scanned-rules", kind = "expression", pattern = "pill(s)?" }, None)).Content.ReadFromJsonAsync<JsonElement>(None);
        // Another test of this class may have sent its own post before.
        (trial.GetProperty("matched").GetInt32(), trial.GetProperty("lookedAt").GetInt32() is 1 or 2).ShouldBe((1, true));
        (await client.DeleteAsync(rule.Headers.Location, None)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await client.GetFromJsonAsync<JsonElement>("/api/v1/scan-rules", None))[0].GetProperty("endedAt").ValueKind.ShouldBe(JsonValueKind.String);

        (await client.PostAsJsonAsync("/api/v1/hash-lists", new { key = "known", name = "Known", policy = "scanned-rules", label = "threat", outcome = "block", source = "Partner", days = 10 }, None)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await client.PostAsJsonAsync("/api/v1/hash-lists/known/add", new { hashes = new[] { HashEntry.Of(post.text) } }, None)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await AskAsync(client, post)).GetProperty("outcome").GetString().ShouldBe("block");
        (await client.PostAsJsonAsync("/api/v1/hash-lists/known/remove", new { hashes = new[] { HashEntry.Of(post.text) }, reason = "Listed by mistake" }, None)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await AskAsync(client, post)).GetProperty("outcome").GetString().ShouldBe("allow");
        (await client.DeleteAsync("/api/v1/hash-lists/known", None)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        var mistakes = await client.PostAsJsonAsync("/api/v1/scan", new { source = "", externalId = "1", text = "x", budgetMilliseconds = 99_999 }, None);
        (await mistakes.Content.ReadFromJsonAsync<JsonElement>(None)).GetProperty("errors").EnumerateObject().Select(e => e.Name).ShouldBe(["source", "budgetMilliseconds"]);
    }

    [Fact]
    public async Task Files_are_scanned_as_multipart_and_the_description_says_so()
    {
        await web.QueueAsync("pictured");
        var client = await web.ClientAsync(ApiScopes.Scan);
        await web.Services.GetRequiredService<SetScanning>().RunAsync(
            new ScanForm("pictured-rules", true, "pictured", ScanOutcome.Review, ScanOutcome.Review, new Dictionary<string, Threshold> { ["threat"] = new(0.5, null) }), Actor.System, None);
        using var form = new MultipartFormDataContent
        {
            { new StringContent("forum"), "source" }, { new StringContent("p1"), "externalId" }, { new StringContent("See this"), "text" }, { new StringContent("pictured-rules"), "policies" },
            { new StringContent("10000"), "budgetMilliseconds" }, { new ByteArrayContent(MediaFiles.Make("image/png")), "file", "a.png" },
        };

        var answer = await client.PostAsync("/api/v1/scan", form, None);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(None));
        var said = await answer.Content.ReadFromJsonAsync<JsonElement>(None);
        (said.GetProperty("outcome").GetString(), said.GetProperty("policies")[0].GetProperty("reason").GetString()).ShouldBe(("review", "unscored"));
        said.GetProperty("item").ValueKind.ShouldBe(JsonValueKind.String);
        using var page = new MultipartFormDataContent { { new StringContent("forum"), "source" }, { new StringContent("p2"), "externalId" }, { new ByteArrayContent("<html></html>"u8.ToArray()), "file", "a.png" } };
        var refused = await client.PostAsync("/api/v1/scan", page, None);
        ((int)refused.StatusCode).ShouldBeInRange(400, 499);
        (await refused.Content.ReadFromJsonAsync<JsonElement>(None)).GetProperty("code").GetString()!.ShouldStartWith("media.");
        (await client.PostAsync("/api/v1/scan", new StringContent("source=forum"), None)).StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);

        var document = await client.GetFromJsonAsync<JsonElement>("/api/v1/openapi.json", None);
        document.GetProperty("paths").GetProperty("/api/v1/scan").GetProperty("post").GetProperty("requestBody").GetProperty("content").EnumerateObject().Select(c => c.Name)
            .ShouldBe(["application/json", "multipart/form-data"]);
    }

    private static async Task<JsonElement> AskAsync(HttpClient client, object post)
    {
        var answer = await client.PostAsJsonAsync("/api/v1/scan", post, None);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(None));
        answer.Headers.GetValues("RateLimit-Limit").ShouldBe(["600000"]);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(None);
    }
}
