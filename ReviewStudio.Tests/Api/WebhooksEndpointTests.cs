using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ReviewStudio.Api;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Api;

public sealed class WebhooksEndpointTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Webhook_is_made_tested_listed_and_removed_over_http()
    {
        await using var studio = await TestStudio.StartAsync();
        await using var api = await TestApi.StartAsync(studio, routes => routes.MapWebhooks());
        using var client = api.Client(await studio.ReviewerAsync("ada", roles: Roles.Admin));
        using var engineer = api.Client(await studio.ReviewerAsync("eve", roles: Roles.MLEngineer));
        (await engineer.GetAsync("/api/v1/webhooks/", None)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        var refused = await client.PostAsJsonAsync("/api/v1/webhooks/", new { name = "", address = "http://localhost/", events = new[] { "nothing" } }, None);
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await refused.Content.ReadFromJsonAsync<JsonElement>(None)).GetProperty("errors").EnumerateObject().Select(e => e.Name).ShouldBe(["name", "events[0]", "address"], ignoreOrder: true);
        var added = await client.PostAsJsonAsync("/api/v1/webhooks/", new { name = "Enforcement", address = "https://example.org/hooks", events = new[] { OutboxTopics.ConsensusChanged } }, None);
        added.StatusCode.ShouldBe(HttpStatusCode.Created);
        var made = await added.Content.ReadFromJsonAsync<JsonElement>(None);
        var (id, secret) = (made.GetProperty("id").GetGuid(), made.GetProperty("secret").GetString()!);

        var sent = await client.PostAsync($"/api/v1/webhooks/{id}/test", null, None);
        sent.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var eventId = (await sent.Content.ReadFromJsonAsync<JsonElement>(None)).GetProperty("event").GetGuid();
        var listed = await client.GetStringAsync("/api/v1/webhooks/", None);
        listed.ShouldContain("\"waiting\":1");
        listed.ShouldNotContain(secret);
        var deliveries = await client.GetFromJsonAsync<JsonElement>($"/api/v1/webhooks/{id}/deliveries?state=pending", None);
        deliveries.GetProperty("items").EnumerateArray().Single().GetProperty("eventId").GetGuid().ShouldBe(eventId);

        (await client.PatchAsJsonAsync($"/api/v1/webhooks/{id}", new { paused = true }, None)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await client.PostAsync($"/api/v1/webhooks/{id}/test", null, None)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await client.PostAsJsonAsync($"/api/v1/webhooks/{id}/rotate", new { endEarlier = true }, None)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.DeleteAsync($"/api/v1/webhooks/{id}", None)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await client.GetAsync($"/api/v1/webhooks/{id}/deliveries", None)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
