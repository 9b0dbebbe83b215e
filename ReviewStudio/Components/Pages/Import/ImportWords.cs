using ReviewStudio.Core.Content.Import;

namespace ReviewStudio.Components.Pages.Import;

/// <summary>Words of the import page.</summary>
internal static class ImportWords
{
    public static string Of(LabelUse use) => use switch
    {
        LabelUse.Gold => "gold",
        LabelUse.Verdict => "verdicts",
        LabelUse.Frozen => "frozen set",
        _ => "nothing",
    };

    /// <summary>What a choice does, in a sentence.</summary>
    public static string Explain(LabelUse use) => use switch
    {
        LabelUse.Gold => "The answers are known; reviewers judge these cases unaware, and are measured by them.",
        LabelUse.Verdict => "The labels count as verdicts that somebody has given; the cases are done and models learn from them.",
        LabelUse.Frozen => "Models are measured on these cases before they serve, and never learn from them. Nobody reviews them.",
        _ => "Only the content comes in; people will judge it.",
    };
}
