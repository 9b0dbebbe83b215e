using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Migrations.Sqlite;

/// <summary>
/// Short writes that come at the same moment and share one commit. They run one after the other on one context in one
/// transaction, each behind a savepoint, so that one that fails takes only itself back; the last that nobody waits behind
/// commits, and none returns before that. Those that are to be durable then wait for the disk, which others need not.
/// </summary>
internal sealed class SqliteCommitGroup(SqliteWriter writer, SqliteWriteConnection connection)
{
    /// <summary>Writes in one commit at most: the first of them waits for the last.</summary>
    private const int Most = 32;

    /// <summary>Rows that a verdict or the like changes, about.</summary>
    private const int RowsEach = 6;

    private StudioDbContext? _db;
    private IDbContextTransaction? _transaction;
    private TaskCompletionSource<long>? _commit;
    private int _members;

    public async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<StudioDbContext>> open, Func<StudioDbContext, Task<T>> work, Writing what, bool durable, CancellationToken cancellation)
    {
        await EnterAsync(what, cancellation).ConfigureAwait(false);
        Task<long> committed;
        T result;
        try
        {
            committed = (await JoinAsync(open).ConfigureAwait(false)).Task;
            try
            {
                result = await WorkAsync(work).ConfigureAwait(false);
            }
            finally
            {
                await LeaveAsync(what).ConfigureAwait(false);
            }
        }
        finally
        {
            writer.Gate.Leave();
        }

        var commit = await committed.ConfigureAwait(false);
        if (durable)
        {
            await writer.Log.DurableAsync(commit).ConfigureAwait(false);
        }

        return result;
    }

    /// <summary>Commits what is open. The caller holds the gate and is about to write by itself.</summary>
    public async Task CloseAsync()
    {
        if (_commit is not { } commit)
        {
            return;
        }

        writer.Checkpoints.Committed(_members * RowsEach);
        (_commit, _members, writer.Open) = (null, 0, null);
        try
        {
            await _transaction!.CommitAsync(CancellationToken.None).ConfigureAwait(false);
            commit.SetResult(writer.Log.Committed());
        }
        catch (Exception e)
        {
            commit.SetException(e);
            _ = commit.Task.Exception;
            Drop();
        }
        finally
        {
            _transaction?.Dispose();
            _transaction = null;
        }
    }

    /// <summary>Lets go of the connection; the next write opens one anew.</summary>
    public void Drop()
    {
        _transaction?.Dispose();
        _db?.Dispose();
        (_transaction, _db) = (null, null);
        connection.Drop();
    }

    private async Task EnterAsync(Writing what, CancellationToken cancellation)
    {
        try
        {
            await writer.Gate.EnterAsync(what, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Others may have left the commit to this one.
            _ = Task.Run(CommitForOthersAsync, CancellationToken.None);
            throw;
        }
    }

    private async Task CommitForOthersAsync()
    {
        await writer.Gate.EnterAsync(Writing.Short, CancellationToken.None).ConfigureAwait(false);
        try
        {
            await CloseAsync().ConfigureAwait(false);
        }
        finally
        {
            writer.Gate.Leave();
        }
    }

    private async Task<TaskCompletionSource<long>> JoinAsync(Func<CancellationToken, Task<StudioDbContext>> open)
    {
        if (_db is null)
        {
            _db = await open(CancellationToken.None).ConfigureAwait(false);
            _db.Database.AutoSavepointsEnabled = false;
        }

        await connection.TakeAsync(_db).ConfigureAwait(false);
        await writer.CloseAsync(except: this).ConfigureAwait(false);
        if (_commit is null)
        {
            // BEGIN IMMEDIATE, as for every write.
            _transaction = await _db.Database.BeginTransactionAsync(CancellationToken.None).ConfigureAwait(false);
            _commit = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            writer.Open = this;
        }

        _members++;
        return _commit;
    }

    private async Task<T> WorkAsync<T>(Func<StudioDbContext, Task<T>> work)
    {
        SqliteCommands.Of(_db!, "SAVEPOINT member").ExecuteNonQuery();
        try
        {
            var result = await work(_db!).ConfigureAwait(false);
            SqliteCommands.Of(_db!, "RELEASE member").ExecuteNonQuery();
            return result;
        }
        catch
        {
            SqliteCommands.Of(_db!, "ROLLBACK TO member").ExecuteNonQuery();
            SqliteCommands.Of(_db!, "RELEASE member").ExecuteNonQuery();
            throw;
        }
        finally
        {
            _db!.ChangeTracker.Clear();
        }
    }

    /// <summary>A claim commits at once: it would gain a tenth of a millisecond by waiting for verdicts that take one each.</summary>
    private async Task LeaveAsync(Writing what)
    {
        if (what == Writing.Claim || !writer.Gate.ShortWaits || _members >= Most)
        {
            await CloseAsync().ConfigureAwait(false);
        }
    }
}
