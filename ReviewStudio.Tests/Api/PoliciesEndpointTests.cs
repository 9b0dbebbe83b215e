using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ReviewStudio.Api;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Api;

public sealed class PoliciesEndpointTests
{
    private const string Path = "/api/v1/policies";

    [Fact]
    public async Task Policy_goes_from_post_to_publication_and_on_to_a_second_version()
    {
        await using var studio = await TestStudio.StartAsync();
        await using var api = await TestApi.StartAsync(studio, routes => routes.MapPolicies());
        var lead = api.Client(await studio.ReviewerAsync("lead", roles: Roles.PolicyLead));

        var created = await lead.PostAsJsonAsync(Path, Contents.Policy("spam", "ok", "spam", "scam"));
        created.StatusCode.ShouldBe(HttpStatusCode.Created);
        created.Headers.Location!.ToString().ShouldBe("/api/v1/policies/spam");
        var stamp = Versions(await ReadAsync(created))[0].GetProperty("stamp").GetGuid();

        var first = await lead.PostAsJsonAsync($"{Path}/spam/publish", new { stamp });
        first.StatusCode.ShouldBe(HttpStatusCode.OK);

        var draft = await ReadAsync(await lead.PostAsync($"{Path}/spam/draft", null));
        var saved = await lead.PutAsJsonAsync($"{Path}/spam/draft", new { stamp = draft.GetProperty("stamp").GetGuid(), content = Contents.Of("ok", "fraud") });
        var next = (await ReadAsync(saved)).GetProperty("stamp").GetGuid();
        var map = new object[] { new { from = "ok", kind = "same", to = "ok" }, new { from = "spam", kind = "merged", to = "fraud" }, new { from = "scam", kind = "reReview" } };
        var second = await lead.PostAsJsonAsync($"{Path}/spam/publish", new { stamp = next, map, pending = "finish" });

        second.StatusCode.ShouldBe(HttpStatusCode.OK);
        var read = await ReadAsync(await lead.GetAsync($"{Path}/spam"));
        Versions(read).Select(v => v.GetProperty("state").GetString()).ShouldBe(["published", "superseded"]);
        Versions(read)[0].GetProperty("map").EnumerateArray().Select(m => m.GetProperty("kind").GetString()).ShouldBe(["same", "merged", "reReview"]);
    }

    [Fact]
    public async Task Policy_out_of_order_is_answered_with_the_place_and_the_words_of_the_form()
    {
        await using var studio = await TestStudio.StartAsync();
        await using var api = await TestApi.StartAsync(studio, routes => routes.MapPolicies());
        var lead = api.Client(await studio.ReviewerAsync("lead", roles: Roles.PolicyLead));
        var policy = Contents.Policy("spam", "ok", "spam");
        policy.Content.Labels[0].Benign = false;
        policy.Content.Labels[1].HotKey = "S";

        var answer = await lead.PostAsJsonAsync(Path, policy);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var errors = (await ReadAsync(answer)).GetProperty("errors");
        errors.GetProperty("content.labels")[0].GetString().ShouldBe(PolicyContentValidator.OneBenign);
        errors.GetProperty("content.labels[1].hotKey")[0].GetString()!.ShouldContain("command of the workbench");
    }

    [Fact]
    public async Task Publication_without_a_word_on_a_label_is_a_validation_problem()
    {
        await using var studio = await TestStudio.StartAsync();
        await using var api = await TestApi.StartAsync(studio, routes => routes.MapPolicies());
        var lead = api.Client(await studio.ReviewerAsync("lead", roles: Roles.PolicyLead));
        await studio.QueueAsync("posts", ["ok", "bad"]);
        var draft = await ReadAsync(await lead.PostAsync($"{Path}/posts/draft", null));

        var answer = await lead.PostAsJsonAsync($"{Path}/posts/publish", new { stamp = draft.GetProperty("stamp").GetGuid(), map = new[] { new { from = "ok", kind = "same", to = "ok" } } });

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ReadAsync(answer)).GetProperty("errors").GetProperty("map")[0].GetString().ShouldBe(PublicationValidator.Undecided("bad"));
    }

    [Theory]
    [InlineData("{\"stamp\":\"x\"}")]
    [InlineData("{\"map\":[null]}")]
    [InlineData("{\"map\":[{\"from\":null,\"kind\":7}]}")]
    [InlineData("[]")]
    [InlineData("{")]
    public async Task Malformed_publication_is_refused_and_never_fails(string body)
    {
        await using var studio = await TestStudio.StartAsync();
        await using var api = await TestApi.StartAsync(studio, routes => routes.MapPolicies());
        var lead = api.Client(await studio.ReviewerAsync("lead", roles: Roles.PolicyLead));
        await studio.QueueAsync("posts", ["ok", "bad"]);

        var answer = await lead.PostAsync($"{Path}/posts/publish", new StringContent(body, null, "application/json"));

        ((int)answer.StatusCode).ShouldBeInRange(400, 409);
    }

    [Fact]
    public async Task Stale_stamp_and_unknown_policy_are_told_apart()
    {
        await using var studio = await TestStudio.StartAsync();
        await using var api = await TestApi.StartAsync(studio, routes => routes.MapPolicies());
        var lead = api.Client(await studio.ReviewerAsync("lead", roles: Roles.PolicyLead));
        await lead.PostAsJsonAsync(Path, Contents.Policy("spam", "ok", "spam"));

        var stale = await lead.PutAsJsonAsync($"{Path}/spam/draft", new { stamp = Guid.NewGuid(), content = Contents.Of("ok", "junk") });
        var unknown = await lead.GetAsync($"{Path}/none");

        stale.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await ReadAsync(stale)).GetProperty("code").GetString().ShouldBe("draft.conflict");
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await ReadAsync(unknown)).GetProperty("code").GetString().ShouldBe("policy.unknown");
    }

    [Fact]
    public async Task Callers_are_held_to_their_roles()
    {
        await using var studio = await TestStudio.StartAsync();
        await using var api = await TestApi.StartAsync(studio, routes => routes.MapPolicies());
        var moderator = api.Client(await studio.ReviewerAsync("moderator"));

        (await api.Client(null).GetAsync(Path)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await api.Client(new Actor(9, "nobody", new HashSet<string>())).GetAsync(Path)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await moderator.GetAsync(Path)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await moderator.PostAsJsonAsync(Path, Contents.Policy("spam", "ok", "spam"))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer) => await answer.Content.ReadFromJsonAsync<JsonElement>();

    private static List<JsonElement> Versions(JsonElement policy) => [.. policy.GetProperty("versions").EnumerateArray()];
}
