using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Migrations.PostgreSql;

/// <summary>Lets <c>dotnet ef migrations add</c> see the model as PostgreSQL maps it.</summary>
internal sealed class DesignTimeFactory : IDesignTimeDbContextFactory<StudioDbContext>
{
    public StudioDbContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<StudioDbContext>();
        new PostgreSqlProvider("Host=design;Database=design").Configure(options);
        return new StudioDbContext(options.Options);
    }
}
