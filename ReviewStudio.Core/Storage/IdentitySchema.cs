using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace ReviewStudio.Core.Storage;

/// <summary>
/// Fixes the version of the account tables: 3 has passkeys. The context reads it from its application's services, so a
/// context made without any (by migrations, by tests) is given some, and the model is the same everywhere.
/// </summary>
public static class IdentitySchema
{
    private static readonly ServiceProvider Services = new ServiceCollection().AddIdentitySchema().BuildServiceProvider();

    public static IServiceCollection AddIdentitySchema(this IServiceCollection services) =>
        services.Configure<IdentityOptions>(options => options.Stores.SchemaVersion = IdentitySchemaVersions.Version3);

    /// <summary>To be called where a context is pointed at its database.</summary>
    public static DbContextOptionsBuilder UseIdentitySchema(this DbContextOptionsBuilder options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Options.FindExtension<CoreOptionsExtension>()?.ApplicationServiceProvider is null
            ? options.UseApplicationServiceProvider(Services)
            : options;
    }
}
