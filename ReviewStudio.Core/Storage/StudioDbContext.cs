using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;
using Microsoft.EntityFrameworkCore.Metadata.Conventions.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Core.Storage;

/// <summary>
/// The one database context. Rooms do not appear here: each keeps its entity configurations beside its entities and
/// they are found by scanning, so that storage knows no room by name.
/// </summary>
public sealed class StudioDbContext(DbContextOptions<StudioDbContext> options)
    : IdentityDbContext<Reviewer, IdentityRole<long>, long>(options)
{
    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        AddPasskeys(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(StudioDbContext).Assembly);
        ModelConventions.Apply(builder);
    }

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configuration)
    {
        configuration.Properties<DateTime>().HaveConversion<UtcInstantConverter>().HavePrecision(6);
        configuration.Conventions.Replace<ForeignKeyIndexConvention>(services => new ForeignKeyIndexes(services.GetRequiredService<ProviderConventionSetBuilderDependencies>()));
        configuration.Properties<string>().HaveMaxLength(ModelConventions.KeyedStringLength);
    }

    /// <summary>
    /// The base class has passkeys only where the host's options ask for schema version 3, which would give the host, the
    /// command line and migrations different models. So they are added here, for all, and the option stays unset.
    /// </summary>
    private static void AddPasskeys(ModelBuilder builder)
    {
        builder.Entity<IdentityUserPasskey<long>>(passkey =>
        {
            passkey.ToTable("AspNetUserPasskeys");
            passkey.HasKey(p => p.CredentialId);
            passkey.Property(p => p.CredentialId).HasMaxLength(1024);
            passkey.OwnsOne(p => p.Data).ToJson();
        });
        builder.Entity<Reviewer>().HasMany<IdentityUserPasskey<long>>().WithOne().HasForeignKey(p => p.UserId).IsRequired();
    }
}
