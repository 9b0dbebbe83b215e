using System.Net;
using FluentValidation;
using ReviewStudio.Core.Webhooks.Sending;

namespace ReviewStudio.Core.Webhooks.Desk;

/// <summary>A subscription to be made.</summary>
/// <param name="Name">Who listens.</param>
/// <param name="Address">Where to: https, or as the options allow.</param>
/// <param name="Events">Which events.</param>
public sealed record NewWebhook(string Name, string Address, IReadOnlyList<string> Events);

/// <summary>What a subscription must fulfil. Names are looked up at each connection and not here, since they can change.</summary>
public sealed class NewWebhookValidator : AbstractValidator<NewWebhook>
{
    /// <summary>The longest address, in characters.</summary>
    public const int LongestAddress = 2_000;

    public NewWebhookValidator(WebhookOptions options)
    {
        RuleFor(w => w.Name).Cascade(CascadeMode.Stop)
            .Must(name => !string.IsNullOrWhiteSpace(name)).WithMessage("Say who listens there; the list shows it by this name.")
            .MaximumLength(120).WithMessage("A name has at most 120 characters.");
        RuleFor(w => w.Events).Cascade(CascadeMode.Stop).Must(events => events is { Count: > 0 }).WithMessage("Choose at least one event: without one, nothing is ever sent.");
        RuleForEach(w => w.Events).Must(e => e is not null && WebhookEvents.All.ContainsKey(e))
            .WithMessage((_, name) => $"There is no event '{name}'. There are {string.Join(", ", WebhookEvents.All.Keys)}.");
        RuleFor(w => w.Address).Custom((address, context) =>
        {
            if (Wrong(address, options) is { } mistake)
            {
                context.AddFailure(mistake);
            }
        });
    }

    private static string? Wrong(string? address, WebhookOptions options)
    {
        if (!Uri.TryCreate(address?.Trim(), UriKind.Absolute, out var uri) || uri.Host.Length == 0 || address!.Length > LongestAddress)
        {
            return "Give a whole address, such as https://example.org/hooks/reviewstudio.";
        }

        if (uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
        {
            return "An address holds no user name, password or fragment. The signature is what tells the receiver who sends.";
        }

        var local = uri.IsLoopback && options.AllowLoopback;
        if (uri.Scheme != Uri.UriSchemeHttps && !(local && uri.Scheme == Uri.UriSchemeHttp))
        {
            return options.AllowLoopback
                ? "Events go to https addresses, and to http ones on this machine alone."
                : "Events go to https addresses alone. For development, the setting Webhooks:AllowLoopback opens http to this machine.";
        }

        var closed = IPAddress.TryParse(uri.Host.Trim('[', ']'), out var ip) ? !AddressGuard.Allows(ip, options) : uri.IsLoopback && !local;
        return closed ? $"{uri.Host} is not an address of the public internet. Deliveries do not go to private, local or metadata addresses." : null;
    }
}
