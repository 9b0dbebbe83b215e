using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ReviewStudio.Core.Storage;

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
            provider.GetRequiredService<IDatabaseProvider>().Configure(options);
            options.AddInterceptors(provider.GetServices<ISaveGuard>());
        });
        services.AddSingleton<Database>();

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
