using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Content;

/// <summary>A piece of content under review, known by where it came from and its id there.</summary>
public sealed class Item : Entity
{
    /// <summary>The upstream service or file that it came from.</summary>
    public string Source { get; set; } = "";

    /// <summary>Its id at the source; unique with <see cref="Source"/>, so that an import may run twice.</summary>
    public string ExternalId { get; set; } = "";

    /// <summary>ISO 639-1 code, given or detected; <c>und</c> when unknown.</summary>
    public string Language { get; set; } = "und";

    /// <summary>The modalities of its parts, ascending and joined by <c>+</c>: <c>text</c>, <c>audio+text</c>.</summary>
    public string Modality { get; set; } = "text";

    /// <summary>The author's handle at the source; empty when not told.</summary>
    public string Author { get; set; } = "";

    /// <summary>The conversation that it is part of; empty when none.</summary>
    public string ThreadId { get; set; } = "";

    /// <summary>The external id of what it answers; empty when nothing.</summary>
    public string ReplyTo { get; set; } = "";

    /// <summary>When it was published at the source, if told.</summary>
    public DateTime? PublishedAt { get; set; }

    public DateTime IngestedAt { get; set; }

    /// <summary>When its content was erased on request; null while it is there. Its ids stay, so that it does not come in again.</summary>
    public DateTime? ErasedAt { get; set; }

    public List<ItemPart> Parts { get; } = [];

    /// <summary>Gives a new item its parts in their order, and its modality by them.</summary>
    public void TakeParts(IEnumerable<ItemPart> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        Parts.AddRange(parts);
        for (var i = 0; i < Parts.Count; i++)
        {
            Parts[i].Ordinal = i;
        }

        Modality = string.Join('+', Parts.Select(p => p.Modality.ToString().ToLowerInvariant()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    /// <summary>How <see cref="Modality"/> names text: what a head that reads text alone can look at has it.</summary>
    public const string TextModality = "text";

    /// <summary>Whether a value of <see cref="Modality"/> has text in it.</summary>
    public static bool HasText(string modality)
    {
        ArgumentNullException.ThrowIfNull(modality);
        return modality.Contains(TextModality, StringComparison.Ordinal);
    }
}

internal sealed class ItemConfiguration : EntityConfiguration<Item>
{
    protected override void ConfigureEntity(EntityTypeBuilder<Item> builder)
    {
        builder.Property(i => i.Source).HasMaxLength(128);
        builder.Property(i => i.ExternalId).HasMaxLength(256);
        builder.Property(i => i.Language).HasMaxLength(16);
        builder.Property(i => i.Modality).HasMaxLength(64);
        builder.HasIndex(i => new { i.Source, i.ExternalId }).IsUnique();
        builder.HasIndex(i => new { i.Source, i.Id });
        builder.HasIndex(i => new { i.Author, i.Id });
        builder.HasIndex(i => new { i.ThreadId, i.Id });
    }
}

/// <summary>One text, image, audio or video of an item.</summary>
public sealed class ItemPart : Entity
{
    public long ItemId { get; set; }

    /// <summary>Place in the item, from 0.</summary>
    public int Ordinal { get; set; }

    public Modality Modality { get; set; }

    /// <summary>The text of a text part; null for media.</summary>
    public string? Text { get; set; }

    /// <summary>SHA-256 of a media part's bytes, which <see cref="Media.MediaProbe"/> and the blob store know it by; null for text.</summary>
    public string? BlobHash { get; set; }

    /// <summary>What the bytes are, such as <c>image/png</c>; null for text.</summary>
    public string? MediaType { get; set; }

    /// <summary>Length of the bytes; 0 for text.</summary>
    public long Length { get; set; }
}

public enum Modality
{
    Text,
    Image,
    Audio,
    Video,
}

internal sealed class ItemPartConfiguration : EntityConfiguration<ItemPart>
{
    protected override void ConfigureEntity(EntityTypeBuilder<ItemPart> builder)
    {
        builder.Property(p => p.Text).HasMaxLength(ModelConventions.Unbounded);
        builder.Property(p => p.BlobHash).HasMaxLength(64);
        builder.Property(p => p.MediaType).HasMaxLength(64);
        builder.HasIndex(p => p.BlobHash);
        builder.HasOne<Item>().WithMany(i => i.Parts).HasForeignKey(p => p.ItemId);
        builder.HasIndex(p => new { p.ItemId, p.Ordinal }).IsUnique();
    }
}
