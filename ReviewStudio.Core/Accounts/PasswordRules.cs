namespace ReviewStudio.Core.Accounts;

/// <summary>What a password must fulfil: length does more than kinds of characters.</summary>
public static class PasswordRules
{
    /// <summary>The least number of characters.</summary>
    public const int Length = 12;

    /// <summary>The least number of different characters.</summary>
    public const int Different = 5;

    /// <summary>What is wrong with a password, in words; null when it will do.</summary>
    public static string? Problem(string? password) => password switch
    {
        null or { Length: < Length } => $"The password needs {Length} characters or more. A few words in a row make a good one.",
        { Length: > 256 } => "A password has at most 256 characters.",
        _ when password.Distinct().Count() < Different => $"The password needs at least {Different} different characters.",
        _ => null,
    };
}
