using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Inference.Encoders;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Blobs;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Training;
using ReviewStudio.Core.Training.Backtest;
using ReviewStudio.Core.Webhooks;
using ReviewStudio.Hosting.Checks;
using ReviewStudio.Hosting.Demo;
using ReviewStudio.Jobs;
using ReviewStudio.Migrations.PostgreSql;
using ReviewStudio.Migrations.Sqlite;
using ReviewStudio.Migrations.SqlServer;

namespace ReviewStudio.Hosting;

/// <summary>Registers what web and command line share.</summary>
public static class StudioServices
{
    public static IServiceCollection AddStudio(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(environment);
        var folder = configuration["Data:Folder"] is { Length: > 0 } given ? given : "data";
        services.AddSingleton(new StudioFolders(Path.Combine(environment.ContentRootPath, folder)));
        AddDatabase(services, configuration);
        services.AddSingleton(new DemoOptions(configuration.GetValue("Demo:Enabled", environment.IsDevelopment())));
        services.AddSingleton<DemoContent>();
        AddSettings(services, configuration);
        services.AddSingleton<IJobDispatcher, InlineDispatcher>();
        services.AddSingleton<IScratchStudios, ScratchStudios>();
        services.AddStudioCore();
        services.AddStudioChecks();
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<StudioDbContext>>().CreateDbContext());
        AddKeys(services);
        services.AddIdentityCore<Reviewer>(options =>
            {
                options.User.RequireUniqueEmail = true;
                options.Password.RequiredLength = PasswordRules.Length;
                options.Password.RequireDigit = false;
                options.Password.RequireLowercase = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireNonAlphanumeric = false;
                options.Password.RequiredUniqueChars = PasswordRules.Different;
                options.Lockout.MaxFailedAccessAttempts = 8;
                options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(10);
            })
            .AddRoles<IdentityRole<long>>()
            .AddEntityFrameworkStores<StudioDbContext>()
            .AddDefaultTokenProviders();
        return services;
    }

    /// <summary>Settings from configuration. A value that cannot be is told at the start, not when it is first used.</summary>
    private static void AddSettings(IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<JobOptions>().Bind(configuration.GetSection("Jobs"))
            .Validate(o => o.Lease >= TimeSpan.FromSeconds(1) && o.Lease <= TimeSpan.FromHours(1), "Jobs:Lease is a time from 00:00:01 to 01:00:00.")
            .ValidateOnStart();
        services.AddOptions<Api.ApiLimits>().Bind(configuration.GetSection("Api"))
            .Validate(o => o.RequestsPerMinute is >= 1 and <= 1_000_000, "Api:RequestsPerMinute is 1 to 1,000,000.")
            .Validate(o => o.ScansPerMinute is >= 1 and <= 100_000_000, "Api:ScansPerMinute is 1 to 100,000,000.").ValidateOnStart();
        services.AddOptions<MediaOptions>().Bind(configuration.GetSection("Media"))
            .Validate(o => o.Timeout >= TimeSpan.FromSeconds(5) && o.Timeout <= TimeSpan.FromHours(2), "Media:Timeout is a time from 00:00:05 to 02:00:00.").ValidateOnStart();
        services.AddOptions<WebhookOptions>().Bind(configuration.GetSection("Webhooks"))
            .Validate(o => o.Attempts is >= 1 and <= 100, "Webhooks:Attempts is 1 to 100.")
            .Validate(o => o.FirstDelay > TimeSpan.Zero && o.LongestDelay >= o.FirstDelay, "Webhooks:FirstDelay is above zero, and Webhooks:LongestDelay no shorter.")
            .Validate(o => o.Timeout > TimeSpan.Zero && o.Lease >= 2 * o.Timeout, "Webhooks:Timeout is above zero, and Webhooks:Lease at least twice as long: what is being sent must not be taken up by others.")
            .Validate(o => o.SecretOverlap >= TimeSpan.Zero && o.KeepDays is >= 1 and <= 3_650, "Webhooks:SecretOverlap is not below zero, Webhooks:KeepDays is 1 to 3,650.")
            .ValidateOnStart();
        services.AddOptions<BlobOptions>().Bind(configuration.GetSection("Blobs"))
            .Validate(o => o.Store == BlobPlace.Folder || o.Bucket.Length > 0, "Blobs:Store is S3, but Blobs:Bucket is empty. Name the bucket.")
            .Validate(o => o.Endpoint.Length == 0 || Uri.TryCreate(o.Endpoint, UriKind.Absolute, out var at) && at.Scheme is "http" or "https", "Blobs:Endpoint is an http or https address, such as https://s3.example.org.")
            .Validate(o => o.AccessKey.Length == 0 == (o.SecretKey.Length == 0), "Blobs:AccessKey and Blobs:SecretKey go together; without either the standard places are looked through.")
            .ValidateOnStart();
        services.AddOptions<EncoderOptions>().Bind(configuration.GetSection("Encoders")).ValidateOnStart();
        services.AddOptions<TrainingOptions>().Bind(configuration.GetSection("Training"))
            .Validate(o => o.External.Values.All(t => t.Command.Length > 0), "Training:External: every trainer needs a Command, the program to run.")
            .Validate(o => o.External.Values.All(t => t.TimeoutMinutes > 0), "Training:External: TimeoutMinutes is above 0.")
            .Validate(o => !o.External.ContainsKey(TrainingOptions.BuiltIn), $"Training:External: '{TrainingOptions.BuiltIn}' is the built-in trainer. Give yours another name.")
            .Validate(
                o => o.Gates is { LowerBoundMargin: >= 0, ClearlyWorseMargin: >= 0, SliceMargin: >= 0, MinimumExamples: >= 0, CalibrationBound: > 0 and <= 1, Confidence: > 0 and < 1, Resamples: >= 100 },
                "Training:Gates: margins are at least 0, CalibrationBound lies in 0 to 1, Confidence between 0 and 1, Resamples is at least 100.")
            .ValidateOnStart();
    }

    /// <summary>The keys that cookies and tokens are protected with: in the database, the same for every node and the command line.</summary>
    private static void AddKeys(IServiceCollection services) =>
        services.AddDataProtection().SetApplicationName("ReviewStudio").Services
            .AddOptions<Microsoft.AspNetCore.DataProtection.KeyManagement.KeyManagementOptions>()
            .Configure<ProtectionKeys>((options, keys) => options.XmlRepository = new Security.DatabaseKeyRing(keys));

    private static void AddDatabase(IServiceCollection services, IConfiguration configuration)
    {
        var storage = StorageChoice.Read(configuration);
        switch (storage.Provider)
        {
            case StorageProvider.Sqlite:
                services.AddSingleton<IDatabaseProvider>(s => new SqliteProvider(
                    storage.ConnectionString.Length > 0 ? storage.ConnectionString : $"Data Source={Path.Combine(s.GetRequiredService<StudioFolders>().Root, "reviewstudio.db")}"));
                services.AddSingleton<IQueueStatements, SqliteQueueStatements>();
                services.AddSingleton<IReviewStatements, SqliteReviewStatements>();
                break;
            case StorageProvider.SqlServer:
                services.AddSingleton<IDatabaseProvider>(new SqlServerProvider(storage.ConnectionString));
                services.AddSingleton<IQueueStatements, SqlServerQueueStatements>();
                services.AddSingleton<IReviewStatements, SqlServerReviewStatements>();
                break;
            case StorageProvider.PostgreSql:
                services.AddSingleton<IDatabaseProvider>(new PostgreSqlProvider(storage.ConnectionString));
                services.AddSingleton<IQueueStatements, PostgreSqlQueueStatements>();
                services.AddSingleton<IReviewStatements, PostgreSqlReviewStatements>();
                break;
        }
    }
}
