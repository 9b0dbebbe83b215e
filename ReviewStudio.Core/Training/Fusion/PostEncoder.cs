using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Encoders.Audio;
using ReviewStudio.Core.Inference.Encoders.Images;
using ReviewStudio.Core.Inference.Fusion;

namespace ReviewStudio.Core.Training.Fusion;

/// <summary>Encodes the parts of posts, equal contents once.</summary>
internal static class PostEncoder
{
    private const int FilesAtOnce = 32;

    /// <exception cref="RefusedException"><c>posts.bad-media</c> or <c>posts.no-encoder</c>.</exception>
    public static FusionExample[] Encode(IReadOnlyList<LabelledPost> posts, IReadOnlyList<string> labels, PartVectorizer vectorizer, CancellationToken cancellation)
    {
        var contents = posts.SelectMany(p => p.Parts.Select(part => (Part: part, p.Language))).DistinctBy(p => p.Part).ToArray();
        var vectors = new Dictionary<PostPart, PartVector>();
        foreach (var chunk in contents.Chunk(FilesAtOnce))
        {
            var decoded = Array.ConvertAll(chunk, c => Decode(c.Part, c.Language));
            var seen = vectorizer.Vectorize(decoded, cancellation);
            for (var i = 0; i < chunk.Length; i++)
            {
                decoded[i].Image?.Dispose();
                vectors[chunk[i].Part] = seen[i] ?? throw new RefusedException(
                    "posts.no-encoder", $"No encoder for {chunk[i].Part.Modality} is installed. The verb doctor says what is missing and how to get it.");
            }
        }

        var labelOf = labels.Select((key, k) => (key, k)).ToDictionary(l => l.key, l => l.k, StringComparer.Ordinal);
        return [.. posts.Select(post => new FusionExample(
            [.. post.Parts.Select((part, i) => vectors[part] with { Part = i })], labelOf[post.Label], [.. post.Parts.Select(p => p.Content)]))];
    }

    private static DecodedPart Decode(PostPart part, string language)
    {
        try
        {
            return part.Modality switch
            {
                "text" => new(0, Text: new TextInput(part.Content, language)),
                "image" => new(0, Image: StillImage.Decode(File.ReadAllBytes(part.Content))),
                _ => new(0, Samples: WaveFile.Read(File.ReadAllBytes(part.Content))),
            };
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new RefusedException("posts.bad-media", $"{Path.GetFileName(part.Content)} cannot be read: {e.Message}");
        }
    }
}
