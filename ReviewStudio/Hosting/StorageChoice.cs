using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Hosting;

/// <summary>The engines that there are.</summary>
public enum StorageProvider
{
    Sqlite,
    SqlServer,
    PostgreSql,
}

/// <summary>Which database is used: <c>Storage:Provider</c> and <c>Storage:ConnectionString</c>.</summary>
public sealed record StorageChoice(StorageProvider Provider, string ConnectionString)
{
    /// <exception cref="RefusedException">The provider is unknown, or has no connection string and needs one.</exception>
    public static StorageChoice Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var named = configuration["Storage:Provider"] is { Length: > 0 } text ? text : nameof(StorageProvider.Sqlite);
        if (!Enum.GetNames<StorageProvider>().Contains(named, StringComparer.OrdinalIgnoreCase))
        {
            throw new RefusedException("storage.provider", $"Storage:Provider '{named}' is unknown. Use Sqlite, PostgreSql or SqlServer.");
        }

        var provider = Enum.Parse<StorageProvider>(named, ignoreCase: true);
        var connection = configuration["Storage:ConnectionString"] ?? "";
        return provider == StorageProvider.Sqlite || connection.Length > 0
            ? new StorageChoice(provider, connection)
            : throw new RefusedException("storage.connection", $"Storage:Provider is {provider}, but Storage:ConnectionString is empty. Set it, or use Sqlite.");
    }
}
