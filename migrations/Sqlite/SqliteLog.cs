using System.Runtime.InteropServices;

namespace ReviewStudio.Migrations.Sqlite;

/// <summary>
/// Has the write-ahead log written to the disk after commits, beside the writers. SQLite would do it within the commit, while
/// nobody else may write; here the next writer goes on at once, and whoever was promised a durable write waits for the flush
/// alone, together with all that committed before it began. What SQLite promises with <c>synchronous=FULL</c> is promised
/// all the same: the same file is flushed after the same commit, before anybody is told of it.
/// </summary>
/// <param name="file">The database; its log lies beside it.</param>
internal sealed partial class SqliteLog(string file)
{
    private readonly Lock _lock = new();
    private readonly string _log = file + "-wal";
    private List<TaskCompletionSource> _waiting = [];
    private long _committed;
    private long _flushed;
    private bool _flushing;

    /// <summary>Told of each commit by the gate's holder.</summary>
    /// <returns>The commit's number.</returns>
    public long Committed() => Interlocked.Increment(ref _committed);

    /// <summary>Waits until a commit and all before it are on the disk.</summary>
    /// <exception cref="IOException">The disk did not take them.</exception>
    public Task DurableAsync(long commit)
    {
        TaskCompletionSource waiter;
        lock (_lock)
        {
            if (_flushed >= commit)
            {
                return Task.CompletedTask;
            }

            waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add(waiter);
            if (_flushing)
            {
                return waiter.Task;
            }

            _flushing = true;
        }

        // The first does it himself, as he would within the commit; those who come meanwhile share the next.
        if (FlushOnce())
        {
            _ = Task.Run(() =>
            {
                while (FlushOnce())
                {
                    // Until nobody waits.
                }
            });
        }

        return waiter.Task;
    }

    /// <returns>Whether more wait.</returns>
    private bool FlushOnce()
    {
        List<TaskCompletionSource> served;
        long upTo;
        lock (_lock)
        {
            // Who waits has committed before.
            (served, _waiting, upTo) = (_waiting, [], Interlocked.Read(ref _committed));
        }

        Exception? fault = null;
        try
        {
            Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fault = e;
        }

        bool more;
        lock (_lock)
        {
            _flushed = fault is null ? Math.Max(_flushed, upTo) : _flushed;
            more = _flushing = _waiting.Count > 0;
        }

        foreach (var waiter in served)
        {
            if (fault is null)
            {
                waiter.SetResult();
            }
            else
            {
                waiter.SetException(new IOException($"The disk did not take what was written to {_log}. It may be lost with the next power cut: {fault.Message}", fault));
            }
        }

        return more;
    }

    private void Flush()
    {
        try
        {
            using var log = File.OpenHandle(_log, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            if (!OperatingSystem.IsLinux())
            {
                RandomAccess.FlushToDisk(log);
            }
            else if (FlushData((int)log.DangerousGetHandle()) != 0)
            {
                throw new IOException($"fdatasync failed with error {Marshal.GetLastPInvokeError()}.");
            }
        }
        catch (FileNotFoundException)
        {
            // The last connection that was closed has moved all of it into the database and flushed that.
        }
    }

    /// <summary>As SQLite does it: the bytes and the length, not the time of the last change, which costs a second write.</summary>
    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FlushData(int file);
}
