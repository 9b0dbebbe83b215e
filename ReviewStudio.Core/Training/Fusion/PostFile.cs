using System.Text.Json;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Core.Training.Fusion;

/// <summary>A labelled post of a file: its parts are texts, or paths of media beside the file.</summary>
/// <param name="Shows">What each modality is known to show, where the file tells; else empty.</param>
internal sealed record LabelledPost(string Label, string Split, string Language, IReadOnlyList<PostPart> Parts, IReadOnlyDictionary<string, string> Shows);

/// <summary>A part of a post.</summary>
/// <param name="Modality"><c>text</c>, <c>image</c> or <c>audio</c>.</param>
/// <param name="Content">The text, or the full path.</param>
internal sealed record PostPart(string Modality, string Content);

/// <summary>
/// Reads JSON lines of posts: <c>{"parts": [{"modality", "text" or "path"}], "label", "language"?, …}</c>. An object whose
/// names are all modalities, such as <c>{"image": 7}</c>, says what the parts show.
/// </summary>
internal static class PostFile
{
    private static readonly string[] Modalities = ["text", "image", "audio"];

    /// <exception cref="RefusedException"><c>posts.bad-line</c> or <c>posts.empty</c>.</exception>
    public static async Task<List<LabelledPost>> ReadAsync(string path, string labelColumn, string splitColumn, CancellationToken cancellation)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var posts = new List<LabelledPost>();
        var number = 0;
        await foreach (var line in File.ReadLinesAsync(path, cancellation))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            try
            {
                using var document = JsonDocument.Parse(line);
                posts.Add(Read(document.RootElement, folder, labelColumn, splitColumn));
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or InvalidDataException)
            {
                throw new RefusedException("posts.bad-line", $"Line {number} of {Path.GetFileName(path)} is no post: {e.Message} Each needs parts, {labelColumn} and {splitColumn}.");
            }
        }

        return posts.Count > 0 ? posts : throw new RefusedException("posts.empty", $"{Path.GetFileName(path)} holds no posts.");
    }

    private static LabelledPost Read(JsonElement post, string folder, string labelColumn, string splitColumn)
    {
        var shows = post.EnumerateObject().Select(p => p.Value)
            .Where(v => v.ValueKind == JsonValueKind.Object && v.EnumerateObject().All(p => Modalities.Contains(p.Name)))
            .SelectMany(v => v.EnumerateObject())
            .ToDictionary(p => p.Name, p => p.Value.ToString(), StringComparer.Ordinal);
        return new(
            post.GetProperty(labelColumn).ToString(),
            post.GetProperty(splitColumn).ToString(),
            post.TryGetProperty("language", out var language) ? language.GetString() ?? "und" : "und",
            [.. post.GetProperty("parts").EnumerateArray().Select(part => ReadPart(part, folder))],
            shows);
    }

    private static PostPart ReadPart(JsonElement part, string folder)
    {
        var modality = part.GetProperty("modality").GetString() ?? "";
        if (!Modalities.Contains(modality))
        {
            throw new InvalidDataException($"The modality '{modality}' is none of {string.Join(", ", Modalities)}.");
        }

        return new(modality, modality == "text" ? part.GetProperty("text").GetString()! : Path.GetFullPath(Path.Combine(folder, part.GetProperty("path").GetString()!)));
    }
}
