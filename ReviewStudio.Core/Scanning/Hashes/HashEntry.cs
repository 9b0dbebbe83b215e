using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning.Hashes;

/// <summary>One piece of known content.</summary>
public sealed class HashEntry : Entity
{
    public long ListId { get; set; }

    public HashKind Kind { get; set; }

    /// <summary>64 lower-case hex digits: SHA-256 of a text's UTF-8 bytes as sent or of a file's bytes, or a PDQ hash.</summary>
    public string Hash { get; set; } = "";

    /// <summary>Of a PDQ hash: in how many bits a picture's may differ, 0 to 31; 0 otherwise.</summary>
    public int MaxDistance { get; set; }

    /// <summary>Matches no more from then on; null for as long as its list holds.</summary>
    public DateTime? ExpiresAt { get; set; }

    public DateTime AddedAt { get; set; }

    /// <summary>What somebody did when it was put on the list.</summary>
    public long? ChangeId { get; set; }

    /// <summary>SHA-256 of a text's UTF-8 bytes, in lower-case hex.</summary>
    public static string Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

public enum HashKind
{
    /// <summary>Of the bytes of a text or a file: exact copies.</summary>
    Sha256,

    /// <summary>Of what a picture looks like: copies resized, recompressed, turned or mirrored.</summary>
    Pdq,
}

internal sealed class HashEntryConfiguration : EntityConfiguration<HashEntry>
{
    protected override void ConfigureEntity(EntityTypeBuilder<HashEntry> builder)
    {
        builder.Property(e => e.Hash).HasMaxLength(64).IsFixedLength();
        builder.HasOne<HashList>().WithMany().HasForeignKey(e => e.ListId);
        builder.HasOne<HashListChange>().WithMany().HasForeignKey(e => e.ChangeId);
        builder.HasIndex(e => new { e.Hash, e.Kind, e.ListId }).IsUnique();
        builder.HasIndex(e => new { e.ListId, e.Id });
    }
}
