using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Security;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Api;

/// <summary>The first run of a new installation.</summary>
public sealed class SetupTests(TestWeb web) : IClassFixture<TestWeb>
{
    [Fact]
    public async Task Setup_link_makes_the_first_administrator_once()
    {
        var token = web.Services.GetRequiredService<SetupLink>().Issue();
        using var browser = web.Browser();
        (await browser.GetStringAsync("/setup?token=guessed")).ShouldContain("has been used or has run out");

        var weak = await PostAsync(browser, token, "ada@example.org", "short");
        (await weak.Content.ReadAsStringAsync()).ShouldContain("at least 12 characters");
        var made = await PostAsync(browser, token, "ada@example.org", TestWeb.Password);

        made.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await browser.GetAsync("/admin/accounts")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await web.Services.GetRequiredService<HasAdministrator>().RunAsync(CancellationToken.None)).ShouldBeTrue();
        using var second = web.Browser();
        (await second.GetStringAsync($"/setup?token={token}")).ShouldContain("has been used or has run out");
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient browser, string token, string email, string password) => TestWeb.PostAsync(
        browser, $"/setup?token={token}", ("_handler", "setup"), ("Input.Name", "Ada"), ("Input.Email", email), ("Input.Password", password));
}
