using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ReviewStudio.Migrations.Sqlite;

/// <summary>
/// Moves what was committed from the log into the file, beside the writers. SQLite would do it within the commit that
/// filled the log, which then takes a tenth of a second where others take a millisecond. Once all of it is moved, the next
/// writer begins the log anew; so those who write much wait while the last bit is moved.
/// </summary>
internal sealed class SqliteCheckpoints(string connectionString, SqliteWriter writer)
{
    /// <summary>About 64 MB of pages: a changed row writes its own page and one to three of indexes.</summary>
    private const int WorthRows = 5_000;

    /// <summary>
    /// From so many pages on, 400 MB, the log is to begin anew, for which all of it must be moved and those who write much must
    /// wait. Until then it does no harm that it grows: what was moved is not looked through.
    /// </summary>
    private const int LongPages = 100_000;

    /// <summary>So many pages are moved in no time.</summary>
    private const int FewPages = 1_500;

    /// <summary>A log that has grown to so many pages is moved while nobody writes, if it must be.</summary>
    private const int ManyPages = 160_000;

    private const int Attempts = 5;

    private int _rows;
    private Task _moving = Task.CompletedTask;

    /// <summary>Told of each commit by the gate's holder.</summary>
    /// <param name="rows">Rows that it changed.</param>
    public void Committed(int rows)
    {
        _rows += rows;
        if (_rows >= WorthRows && _moving.IsCompleted)
        {
            _rows = 0;
            _moving = Task.Run(MoveAsync);
        }
    }

    /// <summary>Waits for what is being moved.</summary>
    public void Finish() => _moving.Wait();

    private async Task MoveAsync()
    {
        try
        {
            // Of its own and not kept: it lives for a moment.
            await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ToString());
            await connection.OpenAsync();

            // Until it has read something a connection does not know that there is a log, and moves nothing.
            SQLitePCL.raw.sqlite3_exec(connection.Handle, "SELECT 1 FROM sqlite_schema LIMIT 1");
            var pages = Move(connection).Pages;
            if (pages < LongPages)
            {
                return;
            }

            for (var (attempt, fresh) = (1, pages); attempt < Attempts && fresh > FewPages; attempt++)
            {
                var before = pages;
                pages = Move(connection).Pages;
                fresh = pages - before;
            }

            // Who writes many rows at a time would fill the log as fast as it is moved, and waits; claims and verdicts do not.
            await writer.Turn.WaitAsync();
            try
            {
                var left = 1;
                for (var attempt = 1; attempt <= Attempts && left > 0; attempt++)
                {
                    (pages, left) = Move(connection);
                }

                if (left > 0 && pages > ManyPages)
                {
                    await writer.Gate.EnterAsync(Writing.Long, CancellationToken.None);
                    try
                    {
                        Move(connection);
                    }
                    finally
                    {
                        writer.Gate.Leave();
                    }
                }
            }
            finally
            {
                writer.Turn.Release();
            }
        }
        catch (SqliteException)
        {
            // Nothing is lost: it stands in the log, and a later commit has it moved.
        }
    }

    /// <returns>Pages of the log, and how many of them are still to be moved.</returns>
    private static (int Pages, int Left) Move(SqliteConnection connection)
    {
        var result = raw.sqlite3_wal_checkpoint_v2(connection.Handle, "main", raw.SQLITE_CHECKPOINT_PASSIVE, out var pages, out var moved);
        return result == raw.SQLITE_OK ? (pages, pages - moved) : (0, 0);
    }
}
