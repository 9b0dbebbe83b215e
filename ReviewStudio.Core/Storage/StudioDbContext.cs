using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Core.Storage;

/// <summary>
/// The one database context. Rooms do not appear here: each keeps its entity configurations beside its entities and
/// they are found by scanning, so that storage knows no room by name.
/// </summary>
public sealed class StudioDbContext(DbContextOptions<StudioDbContext> options)
    : IdentityDbContext<Reviewer, IdentityRole<long>, long>(options)
{
    /// <summary>Fixed here, so that the model is the same for the host, the command line and migrations: 3 has passkeys.</summary>
    protected override Version SchemaVersion => IdentitySchemaVersions.Version3;

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(StudioDbContext).Assembly);
        ModelConventions.Apply(builder);
    }

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configuration)
    {
        configuration.Properties<DateTime>().HaveConversion<UtcInstantConverter>().HavePrecision(6);
        configuration.Properties<string>().HaveMaxLength(ModelConventions.KeyedStringLength);
    }
}
