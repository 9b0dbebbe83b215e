namespace ReviewStudio.Hosting.Checks;

/// <summary>
/// Looks at one thing that the installation depends on. The System page and <c>doctor</c> show every check that is
/// registered; each class in this program that implements this is.
/// </summary>
public interface ISystemCheck
{
    /// <summary>Where its findings stand among those of the others: lower comes first.</summary>
    int Order { get; }

    /// <summary>Looks, and mends nothing.</summary>
    Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancellation);
}

/// <summary>What a check found.</summary>
/// <param name="Name">The thing looked at, such as "Database".</param>
/// <param name="Message">How it is, in a sentence.</param>
/// <param name="Remedy">What to do about it; null when nothing.</param>
public sealed record Finding(string Name, Health State, string Message, string? Remedy = null);

/// <summary>How a thing is.</summary>
public enum Health
{
    /// <summary>In order.</summary>
    Ok,

    /// <summary>The program works, but not with everything that it could have.</summary>
    Warning,

    /// <summary>The program does not work as it should until this is mended.</summary>
    Failed,
}
