using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Storage;
using ReviewStudio.Migrations.Sqlite;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class IdentitySchemaTests
{
    [Fact]
    public async Task Context_of_the_host_asks_for_no_other_tables_than_the_migrations_make()
    {
        await using var studio = await TestStudio.StartAsync();
        await using var db = await studio.Get<IDbContextFactory<StudioDbContext>>().CreateDbContextAsync();

        db.Database.HasPendingModelChanges().ShouldBeFalse();
        (await db.Set<IdentityUserPasskey<long>>().CountAsync()).ShouldBe(0);
    }

    [Fact]
    public void Context_made_without_services_has_the_same_model()
    {
        var options = new DbContextOptionsBuilder<StudioDbContext>();
        new SqliteProvider("Data Source=none.db").Configure(options);
        using var db = new StudioDbContext(options.Options);

        db.Database.HasPendingModelChanges().ShouldBeFalse();
        db.Model.FindEntityType(typeof(IdentityUserPasskey<long>)).ShouldNotBeNull();
    }
}
