using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ReviewStudio.Core.Accounts.Keys;

/// <summary>A key by which a program speaks for an account. Only a hash of its secret is kept.</summary>
public sealed class ApiKey
{
    public long Id { get; set; }

    public Guid PublicId { get; set; } = Guid.CreateVersion7();

    /// <summary>The account that it speaks for.</summary>
    public long OwnerId { get; set; }

    /// <summary>What it is for, in the owner's words.</summary>
    public string Name { get; set; } = "";

    /// <summary>The visible part, by which it is found; unique.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>SHA-256 of the whole key, hexadecimal. The secret has 256 random bits, so a slow hash would add nothing.</summary>
    public string SecretHash { get; set; } = "";

    /// <summary>Scopes with blanks between them.</summary>
    public string Scopes { get; set; } = "";

    public DateTime CreatedAt { get; set; }

    public DateTime ExpiresAt { get; set; }

    /// <summary>When it was last used, to the minute; null when never.</summary>
    public DateTime? LastUsedAt { get; set; }

    public DateTime? RevokedAt { get; set; }

    public IReadOnlySet<string> ScopeSet() => Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
}

internal sealed class ApiKeyConfiguration : IEntityTypeConfiguration<ApiKey>
{
    public void Configure(EntityTypeBuilder<ApiKey> builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.HasKey(k => k.Id);
        builder.Property(k => k.Name).HasMaxLength(120);
        builder.Property(k => k.Prefix).HasMaxLength(16);
        builder.Property(k => k.SecretHash).HasMaxLength(64);
        builder.HasOne<Reviewer>().WithMany().HasForeignKey(k => k.OwnerId);
        builder.HasIndex(k => k.PublicId).IsUnique();
        builder.HasIndex(k => k.Prefix).IsUnique();
        builder.HasIndex(k => k.OwnerId);
    }
}
