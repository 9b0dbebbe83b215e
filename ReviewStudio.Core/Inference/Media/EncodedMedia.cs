using System.Text.Json;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Inference.Media;

/// <summary>A stretch of speech in a sound, in milliseconds from its beginning.</summary>
public readonly record struct SpeechSegment(int Start, int End);

/// <summary>
/// What the encoders saw and heard in some media bytes, in words and numbers for people; shared by all items that hold
/// them. What heads read of it lies in <see cref="ContentVector"/>.
/// </summary>
public sealed class EncodedMedia : Entity
{
    /// <summary>SHA-256 of the bytes as they came, as <see cref="Content.Media.MediaProbe"/> knows them.</summary>
    public string Hash { get; set; } = "";

    /// <summary>The versions of the encoders that have looked at it, with blanks between; empty where none could.</summary>
    public string EncoderVersion { get; set; } = "";

    /// <summary>The text that was read in the picture, or in the frames of the video; empty where there is none.</summary>
    public string ReadText { get; set; } = "";

    /// <summary>The language of <see cref="ReadText"/>; <c>und</c> when unknown.</summary>
    public string ReadLanguage { get; set; } = "und";

    /// <summary>Faces in the picture, or the most in one frame of the video; null where nobody has counted.</summary>
    public int? Faces { get; set; }

    /// <summary><see cref="Speech"/> as JSON; null where nobody has listened.</summary>
    public string? SpeechJson { get; set; }

    /// <summary>Sentences, as a JSON array: what of it was not looked at, for reviewers.</summary>
    public string NotLookedAtJson { get; set; } = "[]";

    public DateTime EncodedAt { get; set; }

    /// <summary>Where somebody speaks, in order; empty where nobody does, null where nobody has listened.</summary>
    public IReadOnlyList<SpeechSegment>? Speech
    {
        get => SpeechJson is null ? null : [.. JsonSerializer.Deserialize<int[][]>(SpeechJson)!.Select(pair => new SpeechSegment(pair[0], pair[1]))];
        set => SpeechJson = value is null ? null : JsonSerializer.Serialize(value.Select(s => new[] { s.Start, s.End }));
    }

    /// <summary>What of it was not looked at, in sentences.</summary>
    public IReadOnlyList<string> NotLookedAt
    {
        get => JsonSerializer.Deserialize<string[]>(NotLookedAtJson) ?? [];
        set => NotLookedAtJson = JsonSerializer.Serialize(value);
    }
}

internal sealed class EncodedMediaConfiguration : EntityConfiguration<EncodedMedia>
{
    protected override void ConfigureEntity(EntityTypeBuilder<EncodedMedia> builder)
    {
        builder.Ignore(m => m.Speech);
        builder.Ignore(m => m.NotLookedAt);
        builder.Property(m => m.Hash).HasMaxLength(64);
        builder.Property(m => m.EncoderVersion).HasMaxLength(256);
        builder.Property(m => m.ReadLanguage).HasMaxLength(16);
        builder.Property(m => m.ReadText).HasMaxLength(ModelConventions.Unbounded);
        builder.Property(m => m.SpeechJson).HasMaxLength(ModelConventions.Unbounded);
        builder.Property(m => m.NotLookedAtJson).HasMaxLength(ModelConventions.Unbounded);
        builder.HasIndex(m => m.Hash).IsUnique();
    }
}
