using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Playwright;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ReviewStudio.Tests.Browser;

[Collection(DemoSiteCollection.Name)]
public sealed class SignInTests(DemoSite site)
{
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    [Fact]
    public async Task Passkey_made_on_the_account_page_signs_in_without_a_password()
    {
        var page = await site.SignedInAsync("lead", "/account/me");
        var devtools = await page.Context.NewCDPSessionAsync(page);
        await devtools.SendAsync("WebAuthn.enable");
        await devtools.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["options"] = new
            {
                protocol = "ctap2", transport = "internal", hasResidentKey = true, hasUserVerification = true, isUserVerified = true,
                automaticPresenceSimulation = true,
            },
        });

        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Expect(page.GetByText("The passkey is added.")).ToBeVisibleAsync();
        await page.Context.ClearCookiesAsync();
        await page.GotoAsync("/account/login");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();

        await Expect(page.Locator(".account")).ToContainTextAsync("Leila");
        await page.GotoAsync("/account/me");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Expect(page.GetByText("The passkey is removed.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Authenticator_codes_once_on_are_asked_for_and_a_wrong_one_is_refused()
    {
        var page = await site.SignedInAsync("moderator2", "/account/me");
        var secret = (await page.Locator("p > code").First.InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        await page.GetByLabel("Code").FillAsync(CodeOf(secret));
        await page.GetByRole(AriaRole.Button, new() { Name = "Turn codes on" }).ClickAsync();
        await Expect(page.GetByText("Signing in asks for a code as well.")).ToBeVisibleAsync();
        (await page.Locator("pre").InnerTextAsync()).Split('\n').Length.ShouldBe(10);

        await page.Context.ClearCookiesAsync();
        await page.GotoAsync("/account/login");
        await page.GetByLabel("E-mail").FillAsync("moderator2@demo.example");
        await page.GetByLabel("Password").FillAsync(DemoSite.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await page.GetByLabel("Code").FillAsync("000000");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await page.GetByLabel("Code").FillAsync(CodeOf(secret));
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.Locator(".account")).ToContainTextAsync("Jonas");
        await page.GotoAsync("/account/me");
        await page.GetByRole(AriaRole.Button, new() { Name = "Turn codes off" }).ClickAsync();
        await Expect(page.GetByText("Codes are off.")).ToBeVisibleAsync();
    }

    /// <summary>RFC 6238 with SHA-1, six digits and steps of 30 s.</summary>
    private static string CodeOf(string secret)
    {
        var bits = string.Concat(secret.Select(c => Convert.ToString(Base32.IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        var key = Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2)).ToArray();
        var step = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(step, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30);
#pragma warning disable CA5350 // Authenticators compute with SHA-1.
        var hash = HMACSHA1.HashData(key, step);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 15, 4)) & int.MaxValue;
        return (number % 1_000_000).ToString("000000", CultureInfo.InvariantCulture);
    }
}
