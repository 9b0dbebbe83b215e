using System.Net;
using Hangfire;
using Hangfire.InMemory;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Identity;
using MudBlazor.Services;
using ReviewStudio.Api;
using ReviewStudio.Components;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Jobs;
using ReviewStudio.Migrations.PostgreSql;
using ReviewStudio.Migrations.SqlServer;
using ReviewStudio.Security;

namespace ReviewStudio.Hosting;

/// <summary>Registers and arranges the web application.</summary>
public static class WebServices
{
    /// <summary>The longest text that a page may send at once, in bytes: guidance and notes are long.</summary>
    private const int LongestMessage = 512 * 1024;

    public static IServiceCollection AddStudioWeb(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddRazorComponents().AddInteractiveServerComponents(circuits =>
        {
            circuits.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(5);
            circuits.DetailedErrors = environment.IsDevelopment();
        }).AddHubOptions(hub => hub.MaximumReceiveMessageSize = LongestMessage);
        services.AddMudServices();
        services.AddHttpContextAccessor();
        services.AddStudioApi();
        services.AddSingleton<Components.Pages.Review.OpenBenches>();
        services.AddSingleton<Leaving>();
        services.AddHostedService(provider => provider.GetRequiredService<Leaving>());
        services.AddHealthChecks().AddCheck<DatabaseReady>("database").AddCheck<Leaving>("leaving");
        services.AddStudioTelemetry(configuration);
        services.AddSignInLimiter(configuration);
        services.AddScoped<Components.Pages.Review.TaskFeed>();
        services.AddScoped<Components.Pages.Review.VerdictSender>();
        services.AddScoped<Components.Pages.Review.WorkbenchState>();
        services.AddScoped<Components.Pages.Review.LoopLine>();
        services.AddScoped<Components.Pages.Import.ImportState>();
        services.AddScoped<Components.Pages.Models.ModelsState>();
        services.AddScoped<Components.Pages.Datasets.DatasetsState>();
        services.AddScoped<Components.Pages.Backtest.BacktestState>();
        services.AddScoped<Components.Pages.Agreement.AgreementState>();
        AddProxies(services, configuration);
        AddSignIn(services);
        var node = NodeChoice.Read(configuration);
        services.AddSingleton(node);
        if (node.Serves)
        {
            services.AddHostedService<FirstRun>();
        }

        AddJobs(services, StorageChoice.Read(configuration), node);
        return services;
    }

    public static WebApplication UseStudioWeb(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseForwardedHeaders();
        app.Use(app.Services.GetRequiredService<Leaving>().TurnAwayAsync);
        app.UseResponseHeaders();
        app.UseExceptionHandler("/error", createScopeForErrors: true);
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.Use((context, next) => KeepToPages(context, next));
        app.UseWordsForEmptyAnswers();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseMiddleware<ApiLimiter>();
        app.UseAuthorization();
        app.UseMiddleware<EntityTags>();
        app.UseMiddleware<IdempotencyKeys>();
        app.UseAntiforgery();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready").AllowAnonymous();
        if (app.Services.GetRequiredService<NodeChoice>().Serves)
        {
            MapPagesAndApi(app);
        }

        return app;
    }

    /// <summary>A browser that opens an unknown address gets the page that says so; whoever asks for something else gets no page.</summary>
    private static Task KeepToPages(HttpContext context, RequestDelegate next)
    {
        var opens = HttpMethods.IsGet(context.Request.Method)
            && !context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
            && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
        context.Features.GetRequiredFeature<IStatusCodePagesFeature>().Enabled = opens;
        return next(context);
    }

    private static void MapPagesAndApi(WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous();
        app.MapAccountEndpoints();
        app.MapPolicies();
        app.MapQueues();
        app.MapImports();
        app.MapSnapshots();
        app.MapAgreement();
        app.MapItems();
        app.MapMedia();
        app.MapScan();
        app.MapTasks();
        app.MapModels();
        app.MapWebhooks();
        app.MapOpenApi("/api/v1/openapi.json").RequireAuthorization();
        app.MapHangfireDashboard("/admin/jobs", new DashboardOptions
        {
            DashboardTitle = "ReviewStudio jobs",
            Authorization = [],
            AsyncAuthorization = [],
            DisplayStorageConnectionString = false,
        }).RequireAuthorization(Access.Administer);
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
    }

    /// <summary>
    /// Behind a reverse proxy the caller's address and scheme stand in headers. They are believed only from the proxies
    /// that are named, since anybody can send them; none is named by default.
    /// </summary>
    private static void AddProxies(IServiceCollection services, IConfiguration configuration)
    {
        var named = configuration.GetSection("Proxy:Addresses").Get<string[]>() ?? [];
        var addresses = Array.ConvertAll(named, text => IPAddress.TryParse(text, out var address)
            ? address
            : throw new RefusedException("proxy.address", $"Proxy:Addresses holds '{text}', which is no IP address. Name the proxy by its address."));
        services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = addresses.Length == 0
                ? ForwardedHeaders.None
                : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            Array.ForEach(addresses, options.KnownProxies.Add);
        });
    }

    private static void AddSignIn(IServiceCollection services)
    {
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, RevalidatingAccountState>();
        services.AddScoped<ActorAccessor>();
        services.AddScoped<IUserClaimsPrincipalFactory<Reviewer>, AccountClaims>();
        new IdentityBuilder(typeof(Reviewer), typeof(IdentityRole<long>), services).AddSignInManager<StudioSignInManager>();
        services.AddSingleton<SetupLink>();
        services.Configure<SecurityStampValidatorOptions>(stamps => stamps.ValidationInterval = TimeSpan.FromMinutes(2));
        ApiKeySignIn.AddTo(services.AddAuthentication(options =>
            {
                options.DefaultScheme = ApiKeySignIn.Either;
                options.DefaultSignInScheme = IdentityConstants.ExternalScheme;
            }))
            .AddIdentityCookies(cookies => cookies.ApplicationCookie!.Configure(cookie =>
            {
                cookie.LoginPath = "/account/login";
                cookie.AccessDeniedPath = "/account/denied";
                cookie.ExpireTimeSpan = TimeSpan.FromHours(12);
                cookie.SlidingExpiration = true;
                cookie.Cookie.HttpOnly = true;
                cookie.Cookie.SameSite = SameSiteMode.Lax;
                cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                cookie.Events = ApiAwareCookieEvents();
            }));
        services.AddAuthorizationBuilder().AddStudioPolicies();
    }

    /// <summary>An API client gets a status code, not a page to sign in on.</summary>
    private static CookieAuthenticationEvents ApiAwareCookieEvents() => new()
    {
        OnRedirectToLogin = context => Answer(context, StatusCodes.Status401Unauthorized),
        OnRedirectToAccessDenied = context => Answer(context, StatusCodes.Status403Forbidden),
        OnValidatePrincipal = SecurityStampValidator.ValidatePrincipalAsync,
    };

    private static Task Answer(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        if (context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
        {
            context.Response.StatusCode = status;
        }
        else
        {
            context.Response.Redirect(context.RedirectUri);
        }

        return Task.CompletedTask;
    }

    private static void AddJobs(IServiceCollection services, StorageChoice storage, NodeChoice node)
    {
        services.AddHangfire(hangfire =>
        {
            hangfire.UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings();
            switch (storage.Provider)
            {
                case StorageProvider.PostgreSql:
                    PostgreSqlJobStorage.Use(hangfire, storage.ConnectionString);
                    break;
                case StorageProvider.SqlServer:
                    SqlServerJobStorage.Use(hangfire, storage.ConnectionString);
                    break;
                default:
                    hangfire.UseInMemoryStorage(new InMemoryStorageOptions());
                    break;
            }
        });

        // The counts of scans lie in the process that scanned, so each node writes its own down.
        services.AddHostedService<ScanFlusher>();

        // SQLite's queue in memory reaches no other process, but there is none.
        services.AddSingleton<IJobDispatcher, HangfireDispatcher>();

        if (node.Works)
        {
            services.AddHangfireServer(server => server.WorkerCount = Math.Max(2, Environment.ProcessorCount));
            services.AddHostedService<Reconciler>();
            services.AddHostedService<LeaseSweeper>();
            services.AddHostedService<TallyKeeper>();
            services.AddHostedService<MediaSweeper>();
            services.AddHostedService<WebhookDispatcher>();
        }
    }
}
