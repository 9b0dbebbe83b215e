using Microsoft.AspNetCore.Identity;

namespace ReviewStudio.Core.Accounts;

/// <summary>A person with an account: a moderator, policy lead, ML engineer or administrator.</summary>
public sealed class Reviewer : IdentityUser<long>
{
    /// <summary>The id that leaves the house: in URLs, exports and events.</summary>
    public Guid PublicId { get; set; } = Guid.CreateVersion7();

    /// <summary>The name that colleagues see.</summary>
    public string DisplayName { get; set; } = "";

    /// <summary>The team that agreement is split by; empty when none.</summary>
    public string Group { get; set; } = "";

    /// <summary>The place of work; empty when not recorded.</summary>
    public string Site { get; set; } = "";

    /// <summary>How the person is engaged; the transparency report counts both kinds.</summary>
    public Employment Employment { get; set; }

    /// <summary>ISO 639-1 codes of the languages the person reviews, comma-separated; empty means every language.</summary>
    public string Languages { get; set; } = "";

    /// <summary>The highest clearance of content that the person may see: 0 (ordinary) to 9.</summary>
    public int Clearance { get; set; }

    /// <summary>False once the account may no longer sign in; its verdicts stay.</summary>
    public bool Active { get; set; } = true;

    public DateTime CreatedAt { get; set; }

    /// <summary>The reviewed languages as codes; empty means every language.</summary>
    public IReadOnlyList<string> LanguageList() =>
        Languages.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

public enum Employment
{
    Employed,
    Contracted,
}
