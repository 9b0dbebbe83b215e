using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Hosting.Demo;

/// <summary>Fills an empty installation so that every page has something to show.</summary>
public sealed class DemoContent
{
    /// <summary>The password of every demo account; shown on the login page in demo mode, and made nowhere else.</summary>
    public const string Password = "demo-review-2026";

    public static IReadOnlyList<DemoAccount> Accounts { get; } =
    [
        new("Mara", "moderator@demo.example", [Roles.Moderator], "Team North"),
        new("Jonas", "moderator2@demo.example", [Roles.Moderator], "Team South"),
        new("Leila", "lead@demo.example", [Roles.PolicyLead, Roles.Moderator], "Policy"),
        new("Emil", "engineer@demo.example", [Roles.MLEngineer], "ML"),
        new("Ada", "admin@demo.example", [Roles.Admin], "Operations"),
    ];

    public Task EnsureAsync(CancellationToken cancellation) => Task.CompletedTask;
}
