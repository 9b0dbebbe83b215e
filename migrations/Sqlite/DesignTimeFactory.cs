using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Migrations.Sqlite;

/// <summary>Lets <c>dotnet ef migrations add</c> see the model as SQLite maps it.</summary>
internal sealed class DesignTimeFactory : IDesignTimeDbContextFactory<StudioDbContext>
{
    public StudioDbContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<StudioDbContext>();
        new SqliteProvider("Data Source=design.db").Configure(options);
        return new StudioDbContext(options.Options);
    }
}
