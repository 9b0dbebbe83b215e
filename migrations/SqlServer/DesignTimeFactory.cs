using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Migrations.SqlServer;

/// <summary>Lets <c>dotnet ef migrations add</c> see the model as SQL Server maps it.</summary>
internal sealed class DesignTimeFactory : IDesignTimeDbContextFactory<StudioDbContext>
{
    public StudioDbContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<StudioDbContext>();
        new SqlServerProvider("Server=design;Database=design").Configure(options);
        return new StudioDbContext(options.Options);
    }
}
