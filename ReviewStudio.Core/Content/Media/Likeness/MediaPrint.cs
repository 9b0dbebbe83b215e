using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Content.Media.Likeness;

/// <summary>The perceptual hash of an image, or of a frame of a video.</summary>
public sealed class MediaPrint : Entity
{
    public long ProbeId { get; set; }

    /// <summary>0 for an image, else the frame's place in time.</summary>
    public int Frame { get; set; }

    /// <summary>PDQ's quality, 0 to 100.</summary>
    public int Quality { get; set; }

    /// <summary>The <see cref="PdqHash"/> in hex.</summary>
    public string Hash { get; set; } = "";

    /// <summary>The hashes of all eight ways in which it may be turned or mirrored, 32 bytes each, the upright one first.</summary>
    public byte[] Ways { get; set; } = [];

    internal static MediaPrint Of(long probeId, int frame, PdqPicture picture) => new()
    {
        ProbeId = probeId,
        Frame = frame,
        Quality = picture.Quality,
        Hash = picture.Hash.ToString(),
        Ways = [.. picture.AllWays.SelectMany(h => Convert.FromHexString(h.ToString()))],
    };

    internal PdqPicture Picture() => new(Quality, [.. Ways.Chunk(32).Select(way => PdqHash.TryParse(Convert.ToHexStringLower(way), out var hash) ? hash : default)]);
}

internal sealed class MediaPrintConfiguration : EntityConfiguration<MediaPrint>
{
    protected override void ConfigureEntity(EntityTypeBuilder<MediaPrint> builder)
    {
        builder.Property(p => p.Hash).HasMaxLength(64).IsFixedLength();
        builder.HasOne<MediaProbe>().WithMany().HasForeignKey(p => p.ProbeId);
        builder.HasIndex(p => new { p.ProbeId, p.Frame }).IsUnique();
    }
}

/// <summary>
/// One of the sixteen 16-bit bands of a print. Of two hashes that differ in at most 31 bits, at least one band differs in
/// at most one: near ones are found by looking bands up (Norouzi, Punjani and Fleet, "Fast Search in Hamming Space with
/// Multi-Index Hashing", 2012), and nothing else of the table is read.
/// </summary>
public sealed class MediaBand
{
    /// <summary>The band's place × 65,536 + its bits.</summary>
    public int Key { get; set; }

    public long PrintId { get; set; }
}

internal sealed class MediaBandConfiguration : IEntityTypeConfiguration<MediaBand>
{
    public void Configure(EntityTypeBuilder<MediaBand> builder)
    {
        builder.HasKey(b => new { b.Key, b.PrintId });
        builder.HasIndex(b => b.PrintId);
        builder.HasOne<MediaPrint>().WithMany().HasForeignKey(b => b.PrintId);
    }
}
