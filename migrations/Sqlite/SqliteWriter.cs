namespace ReviewStudio.Migrations.Sqlite;

/// <summary>What all that write to a file in this process share: whose turn it is, and what is not committed yet.</summary>
internal sealed class SqliteWriter
{
    private int _short;

    /// <param name="connectionString">Of the file.</param>
    /// <param name="file">The file.</param>
    public SqliteWriter(string connectionString, string file) => (Checkpoints, Log) = (new SqliteCheckpoints(connectionString, this), new SqliteLog(file));

    /// <summary>Who holds it may write.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>
    /// Taken before the gate by all that may write many rows. One of them at most stands at the gate then, so that a claim
    /// waits for one of them and not for all.
    /// </summary>
    public SemaphoreSlim Turn { get; } = new(1, 1);

    /// <summary>Whether a short write stands at the gate.</summary>
    public bool Awaited => Volatile.Read(ref _short) > 0;

    /// <summary>Told of every commit.</summary>
    public SqliteCheckpoints Checkpoints { get; }

    /// <summary>The write-ahead log on the disk.</summary>
    public SqliteLog Log { get; }

    /// <summary>The group whose transaction is open, waiting for more to join; null when none is. Touched by the gate's holder alone.</summary>
    public SqliteCommitGroup? Open { get; set; }

    /// <summary>Takes the gate for a short write, which long ones give way to.</summary>
    public async Task EnterShortAsync(CancellationToken cancellation)
    {
        Interlocked.Increment(ref _short);
        try
        {
            await Gate.WaitAsync(cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref _short);
        }
    }

    /// <summary>Commits what is open, as the gate's holder is about to write on another connection.</summary>
    public Task CloseAsync(SqliteCommitGroup? except) => Open is { } group && group != except ? group.CloseAsync() : Task.CompletedTask;
}
