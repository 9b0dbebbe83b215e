using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Review;

/// <summary>How one reviewer wants to meet pictures, sounds and videos. Who has chosen nothing is spared most.</summary>
public sealed class Viewing : Entity
{
    public long ReviewerId { get; set; }

    /// <summary>How strongly pictures of a severe policy are blurred until they are asked for.</summary>
    public BlurStrength Blur { get; set; } = BlurStrength.Strong;

    /// <summary>Whether they are grey as well.</summary>
    public bool Greyscale { get; set; } = true;

    /// <summary>Whether pictures on which faces were counted are blurred under every policy.</summary>
    public bool BlurFaces { get; set; }

    /// <summary>Whether videos begin muted.</summary>
    public bool Muted { get; set; } = true;

    public RevealManner Reveal { get; set; }
}

public enum BlurStrength
{
    Strong,
    Light,
    None,
}

/// <summary>What shows a blurred picture.</summary>
public enum RevealManner
{
    /// <summary>All of it while a key is held.</summary>
    Hold,

    /// <summary>All of it from one press of the key to the next, or to the next task.</summary>
    Switch,

    /// <summary>The place that is pointed at; all of it while the key is held.</summary>
    Region,
}

internal sealed class ViewingConfiguration : EntityConfiguration<Viewing>
{
    protected override void ConfigureEntity(EntityTypeBuilder<Viewing> builder) => builder.HasIndex(v => v.ReviewerId).IsUnique();
}
