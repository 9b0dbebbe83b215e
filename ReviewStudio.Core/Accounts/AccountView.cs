namespace ReviewStudio.Core.Accounts;

/// <summary>An account as the administrator sees it.</summary>
/// <param name="Stamp">The concurrency stamp to send back with an edit.</param>
/// <param name="CanSignIn">Whether a password or a passkey is set.</param>
/// <param name="LinkUntil">Until when an unused password link holds; null when there is none.</param>
/// <param name="LockedUntil">The end of a lock after wrong passwords; null when not locked.</param>
public sealed record AccountView(
    Guid Id,
    string Stamp,
    string Name,
    string Email,
    IReadOnlyList<string> Roles,
    string Group,
    string Site,
    Employment Employment,
    string Languages,
    int Clearance,
    bool Active,
    DateTime CreatedAt,
    bool CanSignIn,
    bool TwoFactor,
    int Passkeys,
    DateTime? LinkUntil,
    DateTime? LockedUntil)
{
    /// <summary>The account as a form to edit.</summary>
    public AccountForm ToForm() => new()
    {
        Email = Email,
        Name = Name,
        Group = Group,
        Site = Site,
        Employment = Employment,
        Languages = Languages,
        Clearance = Clearance,
        Roles = new SortedSet<string>(Roles, StringComparer.Ordinal),
    };
}
