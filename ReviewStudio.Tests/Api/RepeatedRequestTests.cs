using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ReviewStudio.Core.Accounts.Keys;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Api;

/// <summary>Requests that come twice, too large, or to who knows the answer already.</summary>
public sealed class RepeatedRequestTests(TestWeb web) : IClassFixture<TestWeb>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Every_operation_that_takes_a_body_answers_a_replayed_key_alike_and_refuses_it_for_another_request()
    {
        var client = await web.ClientAsync([.. ApiScopes.All.Keys]);
        foreach (var operation in (await web.OperationsAsync()).Where(o => o.TakesBody))
        {
            var (key, address) = (Guid.NewGuid().ToString(), operation.Address);
            var first = await SendAsync(client, operation.Method, address, "{\"a\":1}", key);
            var again = await SendAsync(client, operation.Method, address, "{\"a\":1}", key);
            var other = await SendAsync(client, operation.Method, address, "{\"a\":2}", key);

            var name = $"{operation.Method} {operation.Path}";
            first.Headers.Contains("Idempotency-Replayed").ShouldBeFalse(name);
            again.Headers.TryGetValues("Idempotency-Replayed", out var replayed).ShouldBeTrue($"{name}: {first.StatusCode}, {again.StatusCode}");
            replayed.ShouldBe(["true"], name);
            (again.StatusCode, await WordsAsync(again)).ShouldBe((first.StatusCode, await WordsAsync(first)), name);
            other.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, name);
            (await CodeAsync(other)).ShouldBe("idempotency.mismatch", name);
        }
    }

    [Fact]
    public async Task Item_with_a_key_comes_in_once_however_often_it_is_sent_at_the_same_time_and_keys_belong_to_their_caller()
    {
        var queue = await web.QueueAsync("repeat");
        var client = await web.ClientAsync(ApiScopes.WriteItems);
        var body = JsonSerializer.Serialize(new { queue, source = "forum", externalId = "p1", text = "You will regret this." });

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => SendAsync(client, "POST", "/api/v1/items", body, "one")));
        var statuses = answers.Select(a => a.StatusCode).ToList();
        statuses.ShouldContain(HttpStatusCode.Created);
        statuses.ShouldAllBe(s => s == HttpStatusCode.Created || s == HttpStatusCode.Conflict);
        foreach (var waits in answers.Where(a => a.StatusCode == HttpStatusCode.Conflict))
        {
            (await CodeAsync(waits)).ShouldBe("idempotency.running");
        }

        // Created, as the first time: without a key it would say that the item was there.
        (await SendAsync(client, "POST", "/api/v1/items", body, "one")).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await SendAsync(await web.ClientAsync(ApiScopes.WriteItems), "POST", "/api/v1/items", body, "one")).StatusCode.ShouldBe(HttpStatusCode.OK, "somebody else's key");
        (await CodeAsync(await SendAsync(client, "POST", "/api/v1/items", body, new string('k', 201)))).ShouldBe("idempotency.key");
    }

    [Fact]
    public async Task Body_that_is_too_large_is_refused_in_words_by_every_operation_that_takes_one_whole()
    {
        var client = await web.ClientAsync([.. ApiScopes.All.Keys]);
        foreach (var operation in (await web.OperationsAsync()).Where(o => o.TakesBody && !o.Path.EndsWith("/stream")))
        {
            foreach (var key in new[] { null, Guid.NewGuid().ToString() })
            {
                using var request = new HttpRequestMessage(new HttpMethod(operation.Method), operation.Address);
                request.Content = new ByteArrayContent(new byte[31_000_000]);
                request.Content.Headers.ContentType = new("application/json");
                request.Headers.ExpectContinue = true;
                if (key is not null)
                {
                    request.Headers.Add("Idempotency-Key", key);
                }

                var answer = await client.SendAsync(request, None);
                answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge, $"{operation.Method} {operation.Path}");
                (await CodeAsync(answer)).ShouldBe("request.large");
            }
        }
    }

    [Fact]
    public async Task Wrong_address_method_and_kind_of_body_are_told_as_such_to_who_has_a_key()
    {
        var client = await web.ClientAsync(ApiScopes.ReadItems);
        (await CodeAsync(await client.GetAsync("/api/v1/nothing", None))).ShouldBe("address.unknown");
        (await CodeAsync(await client.DeleteAsync("/api/v1/items/batch", None))).ShouldBe("request.method");
        using var text = new StringContent("hello", Encoding.UTF8, "text/plain");
        (await CodeAsync(await client.PostAsync("/api/v1/items", text, None))).ShouldBe("request.type");
        (await web.Browser().GetAsync("/api/v1/nothing", None)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task What_is_known_already_is_answered_with_not_modified_until_it_changes()
    {
        var queue = await web.QueueAsync("tags");
        var client = await web.ClientAsync(ApiScopes.WriteItems, ApiScopes.ReadItems);
        var added = await (await client.PostAsJsonAsync("/api/v1/items", new { queue, source = "forum", externalId = "e1", text = "Good morning." }, None)).Content.ReadFromJsonAsync<JsonElement>(None);
        var address = $"/api/v1/items/{added.GetProperty("id").GetGuid()}";

        var first = await client.GetAsync(address, None);
        var item = await first.Content.ReadFromJsonAsync<JsonElement>(None);
        (item.GetProperty("externalId").GetString(), item.GetProperty("parts")[0].GetProperty("text").GetString(), item.GetProperty("cases")[0].GetProperty("policy").GetString()).ShouldBe(("e1", "Good morning.", "tags-rules"));
        (await GetAsync(client, address, first.Headers.ETag!.Tag)).StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await GetAsync(client, address, "\"other\"")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var list = await client.GetAsync($"/api/v1/cases?queue={queue}", None);
        await client.PostAsJsonAsync("/api/v1/items", new { queue, source = "forum", externalId = "e2", text = "Good night." }, None);
        (await GetAsync(client, $"/api/v1/cases?queue={queue}", list.Headers.ETag!.Tag)).StatusCode.ShouldBe(HttpStatusCode.OK, "it has changed");
    }

    [Fact]
    public async Task Stream_of_items_is_answered_line_by_line_and_may_be_sent_again()
    {
        var queue = await web.QueueAsync("lines");
        var client = await web.ClientAsync(ApiScopes.WriteItems);
        var lines = new StringBuilder();
        for (var i = 1; i <= 1_203; i++)
        {
            lines.Append(i switch
            {
                7 => "{\"externalId\":\"x\",",
                9 => "{\"externalId\":\"\",\"text\":\"\"}",
                11 => "",
                1_000 => $"{{\"externalId\":\"long\",\"text\":\"{new string('x', 1_100_000)}\"}}",
                _ => $"{{\"externalId\":\"n{i}\",\"text\":\"post number {i}\"}}",
            }).Append('\n');
        }

        var first = await StreamAsync(client, queue, lines.ToString());
        var again = await StreamAsync(client, queue, lines.ToString());

        var end = first[^1];
        (end.GetProperty("done").GetBoolean(), end.GetProperty("added").GetInt32(), end.GetProperty("unchanged").GetInt32(), end.GetProperty("refused").GetInt32()).ShouldBe((true, 1_199, 0, 3));
        var refused = first.Where(l => l.TryGetProperty("problem", out _)).ToDictionary(l => l.GetProperty("line").GetInt64(), l => l.GetProperty("problem").GetString()!);
        refused.Keys.ShouldBe([7, 9, 1_000], ignoreOrder: true);
        refused[9].ShouldContain("Give the item's id");
        refused[1_000].ShouldContain("Split the text");
        first.Count(l => l.TryGetProperty("id", out _)).ShouldBe(1_199);
        (again[^1].GetProperty("added").GetInt32(), again[^1].GetProperty("unchanged").GetInt32()).ShouldBe((0, 1_199));

        var stopped = await StreamAsync(client, "nowhere", "{\"externalId\":\"1\",\"text\":\"x\"}\n");
        stopped[^1].GetProperty("code").GetString().ShouldBe("queue.unknown");
    }

    private static async Task<List<JsonElement>> StreamAsync(HttpClient client, string queue, string lines)
    {
        using var content = new StringContent(lines, Encoding.UTF8, "application/x-ndjson");
        var answer = await client.PostAsync($"/api/v1/items/stream?queue={queue}&source=forum", content, None);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(None));
        return [.. (await answer.Content.ReadAsStringAsync(None)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonSerializer.Deserialize<JsonElement>(l))];
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient client, string address, string tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        return await client.SendAsync(request, None);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string address, string body, string key)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return await client.SendAsync(request, None);
    }

    /// <summary>The body without the id of the request itself.</summary>
    private static async Task<string> WordsAsync(HttpResponseMessage answer) => (await answer.Content.ReadAsStringAsync(None)).Split("\"traceId\"")[0];

    private static async Task<string?> CodeAsync(HttpResponseMessage answer) => (await answer.Content.ReadFromJsonAsync<JsonElement>(None)).GetProperty("code").GetString();
}
