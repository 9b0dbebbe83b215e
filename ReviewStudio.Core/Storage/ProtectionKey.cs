using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ReviewStudio.Core.Storage;

/// <summary>A key that cookies and tokens are protected with, the same for every node.</summary>
public sealed class ProtectionKey : Entity
{
    /// <summary>Its name, for people who look into the table.</summary>
    public string Name { get; set; } = "";

    /// <summary>The key ring's own XML.</summary>
    public string Xml { get; set; } = "";
}

/// <summary>Reads and adds protection keys.</summary>
public sealed class ProtectionKeys(Database database) : IUseCase
{
    public Task<List<string>> ListAsync(CancellationToken cancellation) =>
        database.ReadAsync(db => db.Set<ProtectionKey>().OrderBy(k => k.Id).Select(k => k.Xml).ToListAsync(cancellation), cancellation);

    public Task AddAsync(string name, string xml, CancellationToken cancellation) => database.WriteAsync(
        async db =>
        {
            db.Add(new ProtectionKey { Name = name, Xml = xml });
            await db.SaveChangesAsync(cancellation);
        },
        cancellation);
}

internal sealed class ProtectionKeyConfiguration : EntityConfiguration<ProtectionKey>
{
    protected override void ConfigureEntity(EntityTypeBuilder<ProtectionKey> builder) =>
        builder.Property(k => k.Xml).HasMaxLength(ModelConventions.Unbounded);
}
