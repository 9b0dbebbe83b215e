namespace ReviewStudio.Core.Accounts;

/// <summary>Who asks: passed explicitly to every use case, which checks it against what the use case needs.</summary>
/// <param name="ReviewerId">The account's key; 0 for the system itself.</param>
/// <param name="Name">The display name, for audit events.</param>
/// <param name="Roles">The roles held at the time of asking.</param>
public sealed record Actor(long ReviewerId, string Name, IReadOnlySet<string> Roles)
{
    /// <summary>The system acting for itself: jobs, sweepers, migrations.</summary>
    public static Actor System { get; } = new(0, "system", Accounts.Roles.All.ToHashSet(StringComparer.Ordinal));

    public bool Is(string role) => Roles.Contains(role);

    /// <summary>Demands one of the roles; an administrator holds every right.</summary>
    /// <exception cref="ForbiddenException">The actor holds none of them.</exception>
    public void Require(params ReadOnlySpan<string> anyOf)
    {
        if (Roles.Contains(Accounts.Roles.Admin))
        {
            return;
        }

        foreach (var role in anyOf)
        {
            if (Roles.Contains(role))
            {
                return;
            }
        }

        throw new ForbiddenException($"This needs the role {string.Join(" or ", anyOf.ToArray())}. Ask an administrator to grant it.");
    }
}

/// <summary>The actor may not do this.</summary>
public sealed class ForbiddenException(string message) : Exception(message);

/// <summary>What was asked cannot be done; the message names the problem and the way out, fit for a person to read.</summary>
public sealed class RefusedException(string code, string message) : Exception(message)
{
    /// <summary>A stable machine-readable code, such as <c>lease.stale</c>.</summary>
    public string Code { get; } = code;
}
