namespace ReviewStudio.Core.Policies;

/// <summary>What a draft says, on its way in from a form or the API. Missing values become empty ones, for the validator to name.</summary>
public sealed class PolicyContent
{
    /// <summary>What the policy is about, in Markdown.</summary>
    public string Guidance { get; set => field = value ?? ""; } = "";

    /// <summary>What changed since the last edition, in a sentence.</summary>
    public string ChangeNote { get; set => field = value ?? ""; } = "";

    /// <summary>The labels in the order shown.</summary>
    public List<LabelContent> Labels { get; set => field = value is null ? [] : [.. value.Select(l => l ?? new LabelContent())]; } = [];

    /// <summary>A copy of what a version says.</summary>
    public static PolicyContent Of(PolicyVersion version)
    {
        ArgumentNullException.ThrowIfNull(version);
        return new PolicyContent
        {
            Guidance = version.Guidance,
            ChangeNote = version.ChangeNote,
            Labels = [.. version.Labels.OrderBy(l => l.Ordinal).Select(LabelContent.Of)],
        };
    }
}

/// <summary>One label of a draft. See <see cref="PolicyLabel"/> for what each value means.</summary>
public sealed class LabelContent
{
    public string Key { get; set => field = value ?? ""; } = "";

    public string Name { get; set => field = value ?? ""; } = "";

    /// <summary>Hex colour, such as <c>#3b6fd4</c>.</summary>
    public string Colour { get; set => field = value ?? ""; } = "#6b7280";

    /// <summary>0 (harmless) to 3 (severe).</summary>
    public int Severity { get; set; }

    /// <summary>One digit or letter; empty for none.</summary>
    public string HotKey { get; set => field = value ?? ""; } = "";

    public bool Benign { get; set; }

    /// <summary>When to choose it, in Markdown.</summary>
    public string Guidance { get; set => field = value ?? ""; } = "";

    internal static LabelContent Of(PolicyLabel label) => new()
    {
        Key = label.Key,
        Name = label.Name,
        Colour = label.Colour,
        Severity = label.Severity,
        HotKey = label.HotKey,
        Benign = label.Benign,
        Guidance = label.Guidance,
    };

    /// <summary>Writes these values into a label row.</summary>
    internal void WriteTo(PolicyLabel label, int ordinal)
    {
        label.Key = Key;
        label.Name = Name.Trim();
        label.Colour = Colour.ToLowerInvariant();
        label.Severity = Severity;
        label.HotKey = HotKey.ToLowerInvariant();
        label.Benign = Benign;
        label.Guidance = Guidance;
        label.Ordinal = ordinal;
    }
}
