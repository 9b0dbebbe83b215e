using System.Net;
using Microsoft.Extensions.Options;
using ReviewStudio.Core.Webhooks;
using ReviewStudio.Core.Webhooks.Desk;
using ReviewStudio.Core.Webhooks.Sending;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Webhooks;

public sealed class AddressGuardTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.10")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("192.0.0.192")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2001:0:102:304::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::10.0.0.1")]
    [InlineData("64:ff9b:1::a00:1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("2002:a9fe:a9fe::1")]
    public void Address_inside_is_refused(string address) => AddressGuard.IsPublic(IPAddress.Parse(address)).ShouldBeFalse();

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("11.0.0.1")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("64:ff9b::8.8.8.8")]
    public void Address_of_the_internet_is_let_through(string address) => AddressGuard.IsPublic(IPAddress.Parse(address)).ShouldBeTrue();

    [Theory]
    [InlineData("rebound.example", "10.0.0.5")]
    [InlineData("metadata.example", "169.254.169.254")]
    [InlineData("local.example", "::1")]
    [InlineData("mapped.example", "::ffff:192.168.0.9")]
    [InlineData("mixed.example", "1.1.1.1", "127.0.0.1")]
    [InlineData("127.0.0.1", "127.0.0.1")]
    public async Task Name_that_leads_inside_is_refused_when_the_connection_is_made(string host, params string[] addresses)
    {
        var connector = new GuardedConnector(new Names(addresses), Options.Create(new WebhookOptions()));

        var refusal = await Should.ThrowAsync<AddressRefusedException>(() => connector.ConnectAsync(new DnsEndPoint(host, 443), None));

        refusal.Message.ShouldContain(host);
        refusal.Message.ShouldContain("not an address of the public internet");
    }

    [Fact]
    public async Task Name_that_turns_inside_after_it_was_subscribed_gets_nothing()
    {
        await using var receiver = await Receiver.StartAsync();
        var names = new Names("127.0.0.1");
        using var sender = new WebhookSender(new GuardedConnector(names, Options.Create(new WebhookOptions())), Options.Create(new WebhookOptions()), TimeProvider.System);

        var answer = await sender.SendAsync(new WebhookPost(receiver.Address.Replace("127.0.0.1", "rebound.example", StringComparison.Ordinal), Guid.NewGuid(), "{}", ["s"]), None);

        (answer.Taken, answer.Status).ShouldBe((false, null));
        answer.Answer.ShouldContain("rebound.example is at 127.0.0.1");
        receiver.All.ShouldBeEmpty();
        names.Asked.ShouldBe(1);
    }

    [Theory]
    [InlineData("https://example.org/hooks", false, "")]
    [InlineData("https://example.org:8443/hooks?token=1", false, "")]
    [InlineData("http://example.org/hooks", false, "https addresses alone")]
    [InlineData("http://example.org/hooks", true, "http ones on this machine alone")]
    [InlineData("ftp://example.org/hooks", true, "https addresses")]
    [InlineData("https://127.0.0.1/hooks", false, "not an address of the public internet")]
    [InlineData("https://localhost/hooks", false, "not an address of the public internet")]
    [InlineData("https://2130706433/hooks", false, "not an address of the public internet")]
    [InlineData("https://169.254.169.254/latest/meta-data", true, "not an address of the public internet")]
    [InlineData("https://[::ffff:10.0.0.1]/hooks", true, "not an address of the public internet")]
    [InlineData("http://127.0.0.1:9000/hooks", true, "")]
    [InlineData("http://127.0.0.1:9000/hooks", false, "https addresses alone")]
    [InlineData("https://ada:secret@example.org/hooks", false, "no user name")]
    [InlineData("example.org/hooks", false, "whole address")]
    [InlineData("", false, "whole address")]
    public void Address_is_checked_when_it_is_subscribed(string address, bool loopback, string mistake)
    {
        var found = new NewWebhookValidator(new WebhookOptions { AllowLoopback = loopback }).Validate(new NewWebhook("x", address, ["verdict.recorded"]));

        string.Join(' ', found.Errors.Select(e => e.ErrorMessage)).ShouldContain(mistake);
        found.IsValid.ShouldBe(mistake.Length == 0);
    }

    /// <summary>A resolver that says what the test wants.</summary>
    private sealed class Names(params string[] addresses) : IHostResolver
    {
        public int Asked { get; private set; }

        public Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellation)
        {
            Asked++;
            return Task.FromResult<IReadOnlyList<IPAddress>>([.. addresses.Select(IPAddress.Parse)]);
        }
    }
}
