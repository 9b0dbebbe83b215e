using System.Text.Json;

namespace ReviewStudio.Core.Content.Import;

/// <summary>A part of a row: a text, or the path of a media file.</summary>
internal sealed record RowPart(string? Text, string? Path);

/// <summary>Reads a row's parts: a JSON array of <c>{"text":…}</c> and <c>{"path":…}</c>.</summary>
internal static class RowParts
{
    /// <exception cref="RowProblemException">It is no such array.</exception>
    public static IReadOnlyList<RowPart> Read(string json)
    {
        if (json.Length == 0)
        {
            return [];
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            var parts = document.RootElement.EnumerateArray().Select(p => new RowPart(Text(p, "text"), Text(p, "path"))).ToList();
            return parts.Count > NewItemsValidator.MostParts ? throw new RowProblemException($"An item has at most {NewItemsValidator.MostParts} parts.")
                : parts.TrueForAll(p => string.IsNullOrWhiteSpace(p.Text) != string.IsNullOrWhiteSpace(p.Path)) ? parts
                : throw new RowProblemException("A part has neither a text nor a path, or both.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new RowProblemException("The parts are no JSON array of {\"text\":…} and {\"path\":…}.");
        }
    }

    private static string? Text(JsonElement part, string name) => part.TryGetProperty(name, out var value) ? value.GetString() : null;
}
