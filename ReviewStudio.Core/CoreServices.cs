using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Blobs;

namespace ReviewStudio.Core;

/// <summary>Registers everything in Core. The host adds an <see cref="IDatabaseProvider"/>, its statements and options.</summary>
public static class CoreServices
{
    public static IServiceCollection AddStudioCore(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.AddPooledDbContextFactory<StudioDbContext>((provider, options) =>
        {
            options.UseLoggerFactory(provider.GetRequiredService<ILoggerFactory>());
            provider.GetRequiredService<IDatabaseProvider>().Configure(options);
            options.AddInterceptors(provider.GetServices<ISaveGuard>());

            // A count that stops at a bound takes any rows up to it.
            options.ConfigureWarnings(warnings => warnings.Ignore(CoreEventId.RowLimitingOperationWithoutOrderByWarning));
        });
        services.AddSingleton<Database>();
        services.AddSingleton<FolderBlobStore>();
        services.AddSingleton<S3BlobStore>();
        services.TryAddSingleton<IBlobStore>(provider => provider.GetRequiredService<IOptions<BlobOptions>>().Value.Store == BlobPlace.S3
            ? provider.GetRequiredService<S3BlobStore>()
            : provider.GetRequiredService<FolderBlobStore>());

        var types = typeof(CoreServices).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IUseCase)))
            .OrderBy(type => type.FullName, StringComparer.Ordinal);
        foreach (var type in types)
        {
            services.TryAddSingleton(type);
            foreach (var contract in type.GetInterfaces().Where(i => i != typeof(IUseCase) && i.Assembly == type.Assembly))
            {
                services.AddSingleton(contract, provider => provider.GetRequiredService(type));
            }
        }

        return services;
    }
}
