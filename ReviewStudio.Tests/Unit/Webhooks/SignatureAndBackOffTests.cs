using System.Security.Cryptography;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Webhooks;
using ReviewStudio.Core.Webhooks.Sending;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Webhooks;

public sealed class SignatureAndBackOffTests
{
    private const string Body = """{"id":"0195","label":"ärger"}""";

    /// <summary>The expected digest was computed with another library.</summary>
    [Fact]
    public void Signature_is_the_hmac_of_timestamp_and_body()
    {
        WebhookSignature.Sign("whsec_known", 1_700_000_000, Body).ShouldBe("v1=53302df0507ae23546c048a2303b890d4ad469c74ce99d00c6b0c786adbda986");
    }

    [Fact]
    public void Signature_of_another_body_time_or_secret_is_none()
    {
        var header = $"{WebhookSignature.Sign("new", 7, Body)},{WebhookSignature.Sign("old", 7, Body)}";

        WebhookSignature.Verify("new", 7, Body, header).ShouldBeTrue();
        WebhookSignature.Verify("old", 7, Body, header).ShouldBeTrue("the earlier secret signs as well");
        WebhookSignature.Verify("other", 7, Body, header).ShouldBeFalse();
        WebhookSignature.Verify("new", 8, Body, header).ShouldBeFalse();
        WebhookSignature.Verify("new", 7, Body + " ", header).ShouldBeFalse();
        WebhookSignature.Verify("new", 7, Body, "v1=").ShouldBeFalse();
    }

    [Fact]
    public void Wait_doubles_to_its_bound_within_a_spread_that_can_be_told_again()
    {
        var options = new WebhookOptions { FirstDelay = TimeSpan.FromSeconds(10), LongestDelay = TimeSpan.FromSeconds(100) };
        var deliveries = Enumerable.Range(0, 200).Select(_ => Guid.NewGuid()).ToList();
        foreach (var (attempts, full) in new[] { (1, 10.0), (2, 20.0), (3, 40.0), (4, 80.0), (5, 100.0), (60, 100.0) })
        {
            var waits = deliveries.ConvertAll(d => BackOff.After(attempts, d, options).TotalSeconds);
            waits.ShouldAllBe(w => w >= full / 2 && w <= full);
            (waits.Max() - waits.Min()).ShouldBeGreaterThan(full * 0.4, "deliveries that failed together do not come back together");
            waits.ShouldBe(deliveries.ConvertAll(d => BackOff.After(attempts, d, options).TotalSeconds));
        }
    }

    [Fact]
    public void Stored_secret_opens_for_its_own_row_and_installation_alone()
    {
        using var here = new TempFolder();
        using var elsewhere = new TempFolder();
        var secrets = new WebhookSecrets(new StudioFolders(here.Path));
        var (row, secret) = (Guid.NewGuid(), WebhookSecrets.Make());

        var stored = secrets.Protect(secret, row);

        secret.Length.ShouldBe("whsec_".Length + 43);
        stored.ShouldNotContain(secret[6..]);
        secrets.Protect(secret, row).ShouldNotBe(stored, "a nonce each");
        secrets.Reveal(stored, row).ShouldBe(secret);
        new WebhookSecrets(new StudioFolders(here.Path)).Reveal(stored, row).ShouldBe(secret, "after a restart");
        Should.Throw<CryptographicException>(() => secrets.Reveal(stored, Guid.NewGuid()));
        Should.Throw<CryptographicException>(() => new WebhookSecrets(new StudioFolders(elsewhere.Path)).Reveal(stored, row));
    }
}
