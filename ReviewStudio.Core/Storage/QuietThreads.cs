using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace ReviewStudio.Core.Storage;

/// <summary>
/// Threads of their own for long work. The pool has few to begin with and those answer people: work that computes for
/// seconds, or an engine that reads and writes on the caller's thread, would keep them waiting. Where the system allows it,
/// these step back whenever another thread wants the processor.
/// </summary>
public sealed partial class QuietThreads : TaskScheduler, IDisposable
{
    /// <summary>Linux gives a thread of niceness 10 about a tenth of what one of niceness 0 gets.</summary>
    private const int Niceness = 10;

    private const int ThisThread = 0;

    private readonly BlockingCollection<Task> _tasks = [];
    private readonly Thread[] _threads;

    /// <param name="count">How many may work at the same time.</param>
    /// <param name="name">For whoever looks at the process.</param>
    public QuietThreads(int count, string name)
    {
        _threads = [.. Enumerable.Range(0, count).Select(i => new Thread(Work) { IsBackground = true, Name = $"{name} {i}", Priority = ThreadPriority.BelowNormal })];
        Array.ForEach(_threads, t => t.Start());
    }

    /// <inheritdoc />
    public override int MaximumConcurrencyLevel => _threads.Length;

    /// <summary>Runs the work here; what it awaits goes on here as well.</summary>
    public Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken stop) =>
        Task.Factory.StartNew(work, stop, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    /// <summary>Ends the threads once they are through with what they were given.</summary>
    public void Dispose() => _tasks.CompleteAdding();

    /// <inheritdoc />
    protected override IEnumerable<Task> GetScheduledTasks() => _tasks;

    /// <inheritdoc />
    protected override void QueueTask(Task task) => _tasks.Add(task);

    /// <inheritdoc />
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && _threads.Contains(Thread.CurrentThread) && TryExecuteTask(task);

    private void Work()
    {
        if (OperatingSystem.IsLinux())
        {
            // .NET passes priorities on to Windows alone. Being refused does no harm.
            _ = StepBack(ThisThread, 0, Niceness);
        }

        foreach (var task in _tasks.GetConsumingEnumerable())
        {
            TryExecuteTask(task);
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int StepBack(int kind, int thread, int niceness);
}
