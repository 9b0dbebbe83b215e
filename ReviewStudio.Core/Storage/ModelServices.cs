using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ReviewStudio.Core.Storage;

/// <summary>
/// The identity context asks the application's services which of its tables exist. This answers for every application
/// alike, so that host, command line, tests and migrations see one model: version 3, which has passkeys.
/// </summary>
public static class ModelServices
{
    private static readonly ServiceProvider Services = new ServiceCollection()
        .Configure<IdentityOptions>(options => options.Stores.SchemaVersion = IdentitySchemaVersions.Version3)
        .BuildServiceProvider();

    /// <summary>Called by every database provider when it configures a context.</summary>
    public static DbContextOptionsBuilder UseStudioModel(this DbContextOptionsBuilder options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.UseApplicationServiceProvider(Services);
    }
}
