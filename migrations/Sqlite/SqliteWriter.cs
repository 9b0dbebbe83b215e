namespace ReviewStudio.Migrations.Sqlite;

/// <summary>What all that write to a file in this process share: whose turn it is, and what is not committed yet.</summary>
internal sealed class SqliteWriter
{
    /// <param name="connectionString">Of the file.</param>
    /// <param name="file">The file.</param>
    public SqliteWriter(string connectionString, string file) => (Checkpoints, Log) = (new SqliteCheckpoints(connectionString, this), new SqliteLog(file));

    /// <summary>Who holds it may write.</summary>
    public SqliteGate Gate { get; } = new();

    /// <summary>
    /// Taken before the gate by all that may write many rows. One of them at most stands at the gate then, so that a claim
    /// waits for one of them and not for all.
    /// </summary>
    public SemaphoreSlim Turn { get; } = new(1, 1);

    /// <summary>Told of every commit.</summary>
    public SqliteCheckpoints Checkpoints { get; }

    /// <summary>The write-ahead log on the disk.</summary>
    public SqliteLog Log { get; }

    /// <summary>The group whose transaction is open, waiting for more to join; null when none is. Touched by the gate's holder alone.</summary>
    public SqliteCommitGroup? Open { get; set; }

    /// <summary>Commits what is open, as the gate's holder is about to write on another connection.</summary>
    public Task CloseAsync(SqliteCommitGroup? except) => Open is { } group && group != except ? group.CloseAsync() : Task.CompletedTask;
}
