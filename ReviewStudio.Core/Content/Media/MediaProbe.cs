using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Content.Media;

/// <summary>What is known of some media bytes and what was made of them; shared by all items that hold them.</summary>
public sealed class MediaProbe : Entity
{
    /// <summary>SHA-256 of the bytes as they came.</summary>
    public string Hash { get; set; } = "";

    public string MediaType { get; set; } = "";

    public long Length { get; set; }

    public ProbeState State { get; set; }

    /// <summary>In pixels, as it is seen, with its orientation applied; null where it has none.</summary>
    public int? Width { get; set; }

    public int? Height { get; set; }

    /// <summary>In seconds; null for still images and where it is not told.</summary>
    public double? Duration { get; set; }

    /// <summary>Frames a second; null for what does not move.</summary>
    public double? FrameRate { get; set; }

    public string VideoCodec { get; set; } = "";

    public string AudioCodec { get; set; } = "";

    /// <summary>The EXIF orientation, 1 to 8; 1 is upright.</summary>
    public int Orientation { get; set; } = 1;

    /// <summary>What is wrong or missing, in words for a reviewer; null when nothing is.</summary>
    public string? Problem { get; set; }

    /// <summary>The bytes that reviewers see or hear, without location data; null while there are none.</summary>
    public string? ViewHash { get; set; }

    public string? ViewType { get; set; }

    /// <summary>A small JPEG; null where there is none.</summary>
    public string? ThumbnailHash { get; set; }

    /// <summary>The contact sheet of a video: <see cref="MakeDerivatives.SheetFrames"/> frames side by side, as JPEG.</summary>
    public string? SheetHash { get; set; }

    /// <summary>Loudness over time: a JSON array of peaks in 0..1.</summary>
    public string? PeaksHash { get; set; }

    /// <summary>The first of the media that this is like, by its perceptual hash; null when it is the first of its kind. Set once.</summary>
    public long? LikeId { get; set; }

    /// <summary>Bits in which its hash differs from that of the earliest that it was found to be like; null when it is like none.</summary>
    public int? LikeDistance { get; set; }

    /// <summary>When the bytes were last sent.</summary>
    public DateTime CreatedAt { get; set; }

    public DateTime? ProbedAt { get; set; }
}

public enum ProbeState
{
    /// <summary>Nobody has looked at it yet.</summary>
    Waiting,

    /// <summary>It is looked at, and can be seen or heard.</summary>
    Ready,

    /// <summary>It is looked at as far as it can be without what is missing here.</summary>
    Limited,

    /// <summary>It is damaged or too large, and is not shown.</summary>
    Refused,
}

internal sealed class MediaProbeConfiguration : EntityConfiguration<MediaProbe>
{
    protected override void ConfigureEntity(EntityTypeBuilder<MediaProbe> builder)
    {
        builder.Property(p => p.Hash).HasMaxLength(64);
        builder.Property(p => p.MediaType).HasMaxLength(64);
        builder.Property(p => p.VideoCodec).HasMaxLength(64);
        builder.Property(p => p.AudioCodec).HasMaxLength(64);
        builder.Property(p => p.ViewHash).HasMaxLength(64);
        builder.Property(p => p.ViewType).HasMaxLength(64);
        builder.Property(p => p.ThumbnailHash).HasMaxLength(64);
        builder.Property(p => p.SheetHash).HasMaxLength(64);
        builder.Property(p => p.PeaksHash).HasMaxLength(64);
        builder.Property(p => p.Problem).HasMaxLength(ModelConventions.Unbounded);
        builder.HasIndex(p => p.Hash).IsUnique();
        builder.HasIndex(p => new { p.State, p.Id });
        builder.HasIndex(p => p.LikeId);
        builder.HasIndex(p => new { p.CreatedAt, p.Id });
    }
}
