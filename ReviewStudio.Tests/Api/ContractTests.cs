using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Accounts.Keys;
using ReviewStudio.Core.Storage;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Api;

/// <summary>Every endpoint against the API's own description, in the product as it is served.</summary>
public sealed class ContractTests(TestWeb web) : IClassFixture<TestWeb>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Every_address_below_api_is_described_and_names_the_scope_that_a_key_needs()
    {
        var described = (await web.OperationsAsync()).Select(o => $"{o.Method} {o.Path}").Order().ToList();

        var mapped = web.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText?.StartsWith("/api/v1", StringComparison.Ordinal) == true && !e.RoutePattern.RawText.EndsWith("openapi.json", StringComparison.Ordinal))
            .SelectMany(e => e.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods, (e, method) => $"{method} {Plain(e.RoutePattern.RawText!)}")
            .Order().ToList();
        described.ShouldBe(mapped);
        mapped.Count.ShouldBeGreaterThan(20);
        (await web.OperationsAsync()).ShouldAllBe(o => o.Body.GetProperty("description").GetString()!.StartsWith("Scope: "));
        (await web.OperationsAsync()).ShouldAllBe(o => o.Body.GetProperty("summary").GetString()!.Length > 10);
    }

    [Fact]
    public async Task Every_endpoint_refuses_without_a_key_with_a_wrong_one_and_with_one_of_another_scope()
    {
        var (anonymous, wrong, other) = (web.Browser(), web.Browser(), web.Browser());
        wrong.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", $"rs_{new string('0', 10)}_{new string('0', 64)}");
        foreach (var operation in await web.OperationsAsync())
        {
            await ShouldRefuseAsync(anonymous, operation, HttpStatusCode.Unauthorized, "auth.missing");
            await ShouldRefuseAsync(wrong, operation, HttpStatusCode.Unauthorized, "key.invalid");
            var needed = operation.Body.GetProperty("description").GetString()!.Split('`')[1];
            other.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await web.KeyAsync([.. ApiScopes.All.Keys.Where(s => s != needed)]));
            await ShouldRefuseAsync(other, operation, HttpStatusCode.Forbidden, "key.scope");
        }
    }

    [Fact]
    public async Task Every_endpoint_answers_nonsense_with_a_described_problem_and_never_with_a_fault()
    {
        var client = await web.ClientAsync([.. ApiScopes.All.Keys]);
        foreach (var operation in await web.OperationsAsync())
        {
            var described = operation.Body.GetProperty("responses").EnumerateObject().Select(r => r.Name).ToHashSet();
            foreach (var body in operation.Method is "POST" or "PUT" or "PATCH" ? new[] { "{\"x\":", "[]", "{}", "{\"fencingToken\":\"soon\"}" } : [""])
            {
                using var request = new HttpRequestMessage(new HttpMethod(operation.Method), operation.Address);
                request.Content = body.Length == 0 ? null : new StringContent(body, Encoding.UTF8, "application/json");
                var answer = await client.SendAsync(request, None);
                var status = (int)answer.StatusCode;
                status.ShouldBeLessThan(500, $"{operation.Method} {operation.Path} with {body}");
                if (status >= 400)
                {
                    var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(None);
                    (problem.TryGetProperty("code", out _) || problem.TryGetProperty("errors", out _)).ShouldBeTrue($"{operation.Method} {operation.Path} with {body}: {problem}");
                }

                if (status is not (400 or 404 or 405 or 409 or 415))
                {
                    described.ShouldContain(status.ToString(CultureInfo.InvariantCulture), $"{operation.Method} {operation.Path} with {body}");
                }
            }
        }
    }

    [Fact]
    public async Task Another_front_end_takes_items_in_claims_answers_and_reads_the_case()
    {
        var queue = await web.QueueAsync();
        var client = await web.ClientAsync([.. ApiScopes.All.Keys]);

        var item = new { queue, source = "forum", externalId = "p1", text = "You will regret this." };
        var added = await client.PostAsJsonAsync("/api/v1/items", item, None);
        added.StatusCode.ShouldBe(HttpStatusCode.Created, await added.Content.ReadAsStringAsync(None));
        (await client.PostAsJsonAsync("/api/v1/items", item, None)).StatusCode.ShouldBe(HttpStatusCode.OK, "the same again changes nothing");
        var batch = await client.PostAsJsonAsync("/api/v1/items/batch", new { queue, source = "forum", items = new[] { new { externalId = "p1", text = "x" }, new { externalId = "p2", text = "Good morning." } } }, None);
        (await batch.Content.ReadFromJsonAsync<JsonElement>(None)).EnumerateArray().Select(i => i.GetProperty("added").GetBoolean()).ShouldBe([false, true]);
        var refused = await client.PostAsJsonAsync("/api/v1/items/batch", new { queue, source = "forum", items = new[] { new { externalId = "", text = "" } } }, None);
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await refused.Content.ReadFromJsonAsync<JsonElement>(None)).GetProperty("errors").EnumerateObject().Select(e => e.Name).ShouldBe(["items[0].externalId", "items[0].text"]);

        var claimed = await (await client.PostAsJsonAsync("/api/v1/tasks/claim", new { queue }, None)).Content.ReadFromJsonAsync<JsonElement>(None);
        var task = claimed.GetProperty("task").GetInt64();
        (await client.PostAsJsonAsync($"/api/v1/tasks/{task}/renew", new { fencingToken = claimed.GetProperty("fencingToken").GetInt64() }, None)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.PostAsJsonAsync($"/api/v1/tasks/{task}/renew", new { fencingToken = 99 }, None)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        var verdict = new
        {
            verdictId = Guid.CreateVersion7(), fencingToken = claimed.GetProperty("fencingToken").GetInt64(), policyVersionId = claimed.GetProperty("policyVersionId").GetInt64(),
            labelKey = claimed.GetProperty("labels")[1].GetProperty("key").GetString(), elapsedMilliseconds = 1200,
        };
        var first = await client.PostAsJsonAsync($"/api/v1/tasks/{task}/verdict", verdict, None);
        var again = await client.PostAsJsonAsync($"/api/v1/tasks/{task}/verdict", verdict, None);
        (first.StatusCode, await again.Content.ReadAsStringAsync(None)).ShouldBe((HttpStatusCode.OK, await first.Content.ReadAsStringAsync(None)));

        var judged = await client.GetFromJsonAsync<JsonElement>($"/api/v1/cases/{claimed.GetProperty("caseId").GetGuid()}", None);
        (judged.GetProperty("labelKey").GetString(), judged.GetProperty("verdicts").GetInt32(), judged.GetProperty("state").GetString()).ShouldBe((verdict.labelKey, 1, "labelled"));

        var page = await client.GetAsync($"/api/v1/cases?queue={queue}&limit=1", None);
        page.Headers.GetValues("Link").Single().ShouldEndWith("rel=\"next\"");
        page.Headers.GetValues("RateLimit-Limit").Single().ShouldBe("600");
        var next = (await page.Content.ReadFromJsonAsync<JsonElement>(None)).GetProperty("next").GetString();
        var last = await client.GetFromJsonAsync<JsonElement>($"/api/v1/cases?queue={queue}&limit=1&after={next}", None);
        last.GetProperty("items").GetArrayLength().ShouldBe(1);
        (await client.GetAsync("/api/v1/cases?after=nonsense", None)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await client.GetFromJsonAsync<JsonElement>($"/api/v1/cases?queue={queue}&state=labelled", None)).GetProperty("items").GetArrayLength().ShouldBe(1);
        (await client.GetAsync("/api/v1/cases?state=7", None)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Key_opens_nothing_once_it_is_revoked_expired_or_its_owner_is_gone_and_no_page_ever()
    {
        var (owner, secret) = await web.OwnerAsync([.. ApiScopes.All.Keys], Roles.PolicyLead);
        var client = web.Browser();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        (await client.GetAsync("/api/v1/policies", None)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.GetAsync("/policies", None)).StatusCode.ShouldBe(HttpStatusCode.Redirect, "keys are for the API alone");

        var keys = web.Services.GetRequiredService<ListApiKeys>();
        var listed = (await keys.RunAsync(owner, None)).ShouldHaveSingleItem();
        listed.LastUsedAt.ShouldNotBeNull();
        var database = web.Services.GetRequiredService<Database>();
        (await database.ReadAsync(db => db.Set<ApiKey>().Where(k => k.PublicId == listed.Id).Select(k => k.SecretHash).SingleAsync(), None)).ShouldNotContain(secret.Split('_')[2]);

        await ExpireAsync(database, listed.Id, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-1));
        (await client.GetAsync("/api/v1/policies", None)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await ExpireAsync(database, listed.Id, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(1));
        (await client.GetAsync("/api/v1/policies", None)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var stranger = (await web.OwnerAsync([.. ApiScopes.All.Keys], Roles.MLEngineer)).Owner;
        (await Should.ThrowAsync<RefusedException>(web.Services.GetRequiredService<RevokeApiKey>().RunAsync(listed.Id, stranger, None))).Code.ShouldBe("api-key.unknown");
        await web.Services.GetRequiredService<RevokeApiKey>().RunAsync(listed.Id, owner, None);
        (await client.GetAsync("/api/v1/policies", None)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Key_never_opens_more_than_its_owners_roles()
    {
        var (_, secret) = await web.OwnerAsync([.. ApiScopes.All.Keys], Roles.Moderator);
        var client = web.Browser();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        var answer = await client.GetAsync("/api/v1/cases", None);
        (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonElement>(None)).GetProperty("code").GetString()).ShouldBe((HttpStatusCode.Forbidden, "auth.role"));
    }

    private static Task<int> ExpireAsync(Database database, Guid key, DateTime at) => database.WriteAsync(
        db => db.Set<ApiKey>().Where(k => k.PublicId == key).ExecuteUpdateAsync(set => set.SetProperty(k => k.ExpiresAt, at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMicrosecond)))), None);

    private static async Task ShouldRefuseAsync(HttpClient client, ApiOperation operation, HttpStatusCode status, string code)
    {
        using var request = new HttpRequestMessage(new HttpMethod(operation.Method), operation.Address);
        request.Content = operation.TakesBody ? new StringContent("{}", Encoding.UTF8, operation.ContentType) : null;
        var answer = await client.SendAsync(request, None);
        answer.StatusCode.ShouldBe(status, $"{operation.Method} {operation.Path}");
        (await answer.Content.ReadFromJsonAsync<JsonElement>(None)).GetProperty("code").GetString().ShouldBe(code, $"{operation.Method} {operation.Path}");
    }

    /// <summary>A route as the description spells it: without constraints.</summary>
    private static string Plain(string route) => System.Text.RegularExpressions.Regex.Replace(route, @"\{(\w+):\w+\}", "{$1}", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)).TrimEnd('/');
}
