using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Accounts.Keys;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue.Settings;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>An operation of the API as its description tells it.</summary>
public sealed record ApiOperation(string Method, string Path, JsonElement Body)
{
    /// <summary>With ids of things that there are not.</summary>
    public string Address => Path.Replace("{policy}", "nowhere").Replace("{queue}", "nowhere").Replace("{table}", "nothing").Replace("{name}", "nothing.txt").Replace("{list}", "nothing").Replace("{hash}", new string('0', 64))
        .Replace("{task}", "999999").Replace("{verdict}", Guid.NewGuid().ToString()).Replace("{id}", Guid.NewGuid().ToString()).Replace("{from}", Guid.NewGuid().ToString()).Replace("{to}", Guid.NewGuid().ToString());

    /// <summary>The kind of body that it takes.</summary>
    public string ContentType => TakesBody ? Body.GetProperty("requestBody").GetProperty("content").EnumerateObject().First().Name : "application/json";

    public bool TakesBody => Body.TryGetProperty("requestBody", out _);
}

/// <summary>Programs that call the product by API key.</summary>
public static class ApiCallers
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static async Task<List<ApiOperation>> OperationsAsync(this TestWeb web)
    {
        var document = await (await web.ClientAsync([ApiScopes.ReadPolicies])).GetFromJsonAsync<JsonElement>("/api/v1/openapi.json", None);
        return [.. document.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject(), (p, o) => new ApiOperation(o.Name.ToUpperInvariant(), p.Name.TrimEnd('/'), o.Value))];
    }

    /// <summary>A client by a key with these scopes, of an owner with every role.</summary>
    public static async Task<HttpClient> ClientAsync(this TestWeb web, params string[] scopes)
    {
        var client = web.Browser();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await web.KeyAsync(scopes));
        return client;
    }

    public static async Task<string> KeyAsync(this TestWeb web, string[] scopes) => (await web.OwnerAsync(scopes, Roles.PolicyLead, Roles.MLEngineer, Roles.Moderator, Roles.Admin)).Secret;

    public static async Task<(Actor Owner, string Secret)> OwnerAsync(this TestWeb web, string[] scopes, params string[] roles)
    {
        var account = await web.AccountAsync($"{Guid.NewGuid():N}@example.org", roles);
        var id = await web.Services.GetRequiredService<Database>().ReadAsync(db => db.Set<Reviewer>().Where(r => r.PublicId == account).Select(r => r.Id).SingleAsync(), None);
        var owner = new Actor(id, "owner", roles.ToHashSet());
        return (owner, (await web.Services.GetRequiredService<CreateApiKey>().RunAsync(new NewApiKey("test", scopes, 30), owner, None)).Secret);
    }

    /// <summary>A queue with a published policy; its first label is harmless.</summary>
    /// <returns>The key of the queue; the policy's is that with <c>-rules</c>.</returns>
    public static async Task<string> QueueAsync(this TestWeb web, string key = "forum")
    {
        var (lead, _) = await web.OwnerAsync([ApiScopes.ReadPolicies], Roles.PolicyLead);
        await web.Services.GetRequiredService<CreatePolicy>().RunAsync(Contents.Policy($"{key}-rules", "ok", "threat"), lead, None);
        var draft = (await web.Services.GetRequiredService<GetPolicy>().RunAsync($"{key}-rules", lead, None)).Draft!;
        await web.Services.GetRequiredService<PublishPolicyVersion>().RunAsync(new Publication($"{key}-rules", draft.Stamp, []), lead, None);
        await web.Services.GetRequiredService<CreateQueue>().RunAsync(new NewQueue { Key = key, Policy = $"{key}-rules", Settings = new QueueSettings { Name = "Forum" } }, lead, None);
        return key;
    }
}
