using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using ReviewStudio.Core.Queue;

namespace ReviewStudio.Migrations.SqlServer;

/// <summary>What the model says to SQL Server alone.</summary>
internal sealed class SqlServerModel(ModelCustomizerDependencies dependencies) : RelationalModelCustomizer(dependencies)
{
    private const int LongestIdentityKey = 128;

    public override void Customize(ModelBuilder modelBuilder, DbContext context)
    {
        base.Customize(modelBuilder, context);

        // A bit is no condition by itself here.
        modelBuilder.Entity<ReviewCase>().Metadata.GetIndexes().Single(i => i.GetDatabaseName() == CaseFilters.GoldIndex).SetFilter("[Gold] = 1");

        // A credential's id has up to 1,024 bytes; a clustered key holds 900.
        modelBuilder.Entity<IdentityUserPasskey<long>>().HasKey(p => p.CredentialId).IsClustered(false);

        // Identity's own bound for what is in its keys: two columns of 450 characters would be twice what a key holds.
        modelBuilder.Entity<IdentityUserLogin<long>>(login =>
        {
            login.Property(l => l.LoginProvider).HasMaxLength(LongestIdentityKey);
            login.Property(l => l.ProviderKey).HasMaxLength(LongestIdentityKey);
        });
        modelBuilder.Entity<IdentityUserToken<long>>(token =>
        {
            token.Property(t => t.LoginProvider).HasMaxLength(LongestIdentityKey);
            token.Property(t => t.Name).HasMaxLength(LongestIdentityKey);
        });
    }
}
