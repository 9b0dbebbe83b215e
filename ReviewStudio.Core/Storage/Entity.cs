using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ReviewStudio.Core.Storage;

/// <summary>What every hot table has: a bigint key inside the house and a UUIDv7 outside it.</summary>
public abstract class Entity
{
    public long Id { get; set; }

    /// <summary>The id that leaves the house; roughly ordered by creation time.</summary>
    public Guid PublicId { get; set; } = Guid.CreateVersion7();
}

/// <summary>Maps the two keys of an <see cref="Entity"/>; the rest is the derived class's.</summary>
public abstract class EntityConfiguration<T> : IEntityTypeConfiguration<T>
    where T : Entity
{
    public void Configure(EntityTypeBuilder<T> builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.HasKey(e => e.Id);
        builder.HasIndex(e => e.PublicId).IsUnique();
        ConfigureEntity(builder);
    }

    protected abstract void ConfigureEntity(EntityTypeBuilder<T> builder);
}
