using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Hosting;

/// <summary>What a process of the installation does.</summary>
public enum NodeRole
{
    /// <summary>Pages, API and background work: the one process of a small installation.</summary>
    All,

    /// <summary>Pages and API; background work is left to workers.</summary>
    Web,

    /// <summary>Background work; answers nothing but health.</summary>
    Worker,
}

/// <summary>Which role this process has: <c>Node:Role</c>, or <c>--role</c>.</summary>
public sealed record NodeChoice(NodeRole Role)
{
    /// <summary>Whether pages and API are served here.</summary>
    public bool Serves => Role != NodeRole.Worker;

    /// <summary>Whether jobs and loops run here.</summary>
    public bool Works => Role != NodeRole.Web;

    /// <exception cref="RefusedException">The role is unknown, or one of several nodes was asked for on SQLite.</exception>
    public static NodeChoice Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var named = configuration["Node:Role"] is { Length: > 0 } text ? text : nameof(NodeRole.All);
        if (!Enum.GetNames<NodeRole>().Contains(named, StringComparer.OrdinalIgnoreCase))
        {
            throw new RefusedException("node.role", $"Node:Role '{named}' is unknown. Use all, web or worker.");
        }

        var role = Enum.Parse<NodeRole>(named, ignoreCase: true);
        return role == NodeRole.All || StorageChoice.Read(configuration).Provider != StorageProvider.Sqlite
            ? new NodeChoice(role)
            : throw new RefusedException("node.sqlite", "SQLite serves one process. For several nodes set Storage:Provider to PostgreSql or SqlServer, or start with --role all.");
    }
}
