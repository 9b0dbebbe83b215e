namespace ReviewStudio.Core.Webhooks.Sending;

/// <summary>What is kept of an answer from outside.</summary>
internal static class AnswerText
{
    /// <summary>Its beginning, without control characters and without half a character at the end.</summary>
    public static string Kept(string answer)
    {
        var kept = new string([.. answer.Where(c => !char.IsControl(c) || c is '\n' or '\t').Take(WebhookDelivery.LongestAnswer)]).Trim();
        return kept.Length > 0 && char.IsHighSurrogate(kept[^1]) ? kept[..^1] : kept;
    }
}
