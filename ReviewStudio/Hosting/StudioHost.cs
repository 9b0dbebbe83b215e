using Microsoft.AspNetCore.Identity;
using ReviewStudio.Cli;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;
using ReviewStudio.Hosting.Demo;
using Serilog;

namespace ReviewStudio.Hosting;

/// <summary>Builds the web application, and the same services without the web for the command line.</summary>
public static class StudioHost
{
    public static WebApplication BuildWeb(HostArguments arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = arguments.Rest, ContentRootPath = ContentRoot() });
        Configure(builder, arguments);

        // Run from a build and not from a publication, the styles and scripts of packages lie elsewhere; without this only Development finds them.
        builder.WebHost.UseStaticWebAssets();
        builder.Host.UseSerilog((context, services, log) => log
            .ReadFrom.Configuration(context.Configuration)
            .WriteTo.Console(formatProvider: System.Globalization.CultureInfo.InvariantCulture)
            .WriteTo.File(
                Path.Combine(services.GetRequiredService<StudioFolders>().Root, "logs", "reviewstudio-.log"),
                rollingInterval: RollingInterval.Day,
                retainedFileCountLimit: 14,
                formatProvider: System.Globalization.CultureInfo.InvariantCulture));
        builder.Services.AddStudioWeb(builder.Configuration, builder.Environment);
        var app = builder.Build();
        app.UseStudioWeb();
        return app;
    }

    /// <summary>The services without web and workers; logs go to standard error.</summary>
    public static IHost BuildQuiet(HostArguments arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = arguments.Rest, ContentRootPath = ContentRoot() });
        Configure(builder, arguments);
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        return builder.Build();
    }

    /// <summary>Migrates, makes the roles and, in demo mode, fills an empty installation.</summary>
    public static async Task PrepareAsync(IServiceProvider services, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(services);
        await services.GetRequiredService<Database>().MigrateAsync(cancellation);
        using (var scope = services.CreateScope())
        {
            var roles = scope.ServiceProvider.GetRequiredService<RoleManager<IdentityRole<long>>>();
            foreach (var role in Roles.All)
            {
                if (!await roles.RoleExistsAsync(role))
                {
                    await roles.CreateAsync(new IdentityRole<long>(role));
                }
            }
        }

        if (services.GetRequiredService<DemoOptions>().Enabled)
        {
            await services.GetRequiredService<DemoContent>().EnsureAsync(cancellation);
        }
    }

    private static void Configure(IHostApplicationBuilder builder, HostArguments arguments)
    {
        if (arguments.DataFolder is { } folder)
        {
            builder.Configuration["Data:Folder"] = Path.GetFullPath(folder);
        }

        builder.Services.AddStudio(builder.Configuration, builder.Environment);
    }

    /// <summary>The project folder under <c>dotnet run</c>, where the working directory is the caller's; else the program's folder.</summary>
    private static string ContentRoot()
    {
        var project = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", ".."));
        return File.Exists(Path.Combine(project, "ReviewStudio.csproj")) ? project : AppContext.BaseDirectory;
    }
}
