using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Inference;

/// <summary>What the encoders of one version saw of an item: computed once and kept (law 4).</summary>
public sealed class ItemVector
{
    public long ItemId { get; set; }

    /// <summary>The joined encoder versions, such as <c>ngram-v1+use-lite-en-0.2.0</c>.</summary>
    public string EncoderVersion { get; set; } = "";

    /// <summary>The vector in the codec's compact form, floats as float16.</summary>
    public byte[] Data { get; set; } = [];
}

internal sealed class ItemVectorConfiguration : IEntityTypeConfiguration<ItemVector>
{
    public void Configure(EntityTypeBuilder<ItemVector> builder)
    {
        builder.HasKey(v => new { v.ItemId, v.EncoderVersion });
        builder.Property(v => v.EncoderVersion).HasMaxLength(128);
        builder.HasOne<Item>().WithMany().HasForeignKey(v => v.ItemId);
    }
}

/// <summary>What another classifier said of an item, brought along by its import.</summary>
public sealed class ExternalPrediction : Entity
{
    public long ItemId { get; set; }

    public long PolicyId { get; set; }

    /// <summary>The classifier's name and version as the file told them.</summary>
    public string Classifier { get; set; } = "";

    /// <summary>Probabilities by label key, as a JSON object.</summary>
    public string ProbabilitiesJson { get; set; } = "{}";
}

internal sealed class ExternalPredictionConfiguration : EntityConfiguration<ExternalPrediction>
{
    protected override void ConfigureEntity(EntityTypeBuilder<ExternalPrediction> builder)
    {
        builder.Property(p => p.Classifier).HasMaxLength(128);
        builder.Property(p => p.ProbabilitiesJson).HasMaxLength(ModelConventions.Unbounded);
        builder.HasOne<Item>().WithMany().HasForeignKey(p => p.ItemId);
        builder.HasOne<Policy>().WithMany().HasForeignKey(p => p.PolicyId);
        builder.HasIndex(p => new { p.ItemId, p.PolicyId, p.Classifier }).IsUnique();
    }
}
