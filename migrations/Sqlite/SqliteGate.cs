namespace ReviewStudio.Migrations.Sqlite;

/// <summary>What somebody is about to write.</summary>
internal enum Writing
{
    /// <summary>A claim: a fraction of a millisecond, and somebody looks at an empty screen meanwhile.</summary>
    Claim,

    /// <summary>A verdict or the like, which long writes give way to.</summary>
    Short,

    /// <summary>Any number of rows.</summary>
    Long,
}

/// <summary>
/// Where the writers of a file queue up, as SQLite lets one in at a time. In order, but for claims: when a dozen verdicts
/// come at the same moment, a claim behind them would take twenty times as long as it needs.
/// </summary>
internal sealed class SqliteGate
{
    /// <summary>Claims that overtake in a row while others wait: however many come, those go on.</summary>
    private const int MostOvertaking = 8;

    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _claims = [];
    private readonly LinkedList<Waiter> _others = [];
    private bool _held;
    private int _short;
    private int _overtaking;

    /// <summary>Whether a claim or a short write stands before it.</summary>
    public bool ShortWaits => Volatile.Read(ref _short) > 0;

    /// <summary>
    /// Waits for the gate; whoever has it gives it back by <see cref="Leave"/>. Awaited without the caller's context: a page
    /// that is busy would keep the gate from everybody.
    /// </summary>
    /// <exception cref="OperationCanceledException">Broken off while it waited; the gate was not given.</exception>
    public Task EnterAsync(Writing what, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellation);
        }

        Waiter waiter;
        lock (_lock)
        {
            if (!_held)
            {
                _held = true;
                return Task.CompletedTask;
            }

            waiter = new Waiter(what);
            (what == Writing.Claim ? _claims : _others).AddLast(waiter.Place);
            _short += waiter.Short;
        }

        return cancellation.CanBeCanceled ? WaitAsync(waiter, cancellation) : waiter.Given.Task;
    }

    /// <summary>Gives it to the next.</summary>
    public void Leave()
    {
        Waiter? next;
        lock (_lock)
        {
            var overtakes = _claims.Count > 0 && (_others.Count == 0 || _overtaking < MostOvertaking);
            _overtaking = overtakes && _others.Count > 0 ? _overtaking + 1 : 0;
            next = (overtakes ? _claims : _others).First?.Value;
            if (next is null)
            {
                _held = false;
            }
            else
            {
                TakeOut(next);
            }
        }

        next?.Given.SetResult();
    }

    private async Task WaitAsync(Waiter waiter, CancellationToken cancellation)
    {
        await using var broken = cancellation.UnsafeRegister(_ => GiveUp(waiter, cancellation), null);
        await waiter.Given.Task.ConfigureAwait(false);
    }

    private void GiveUp(Waiter waiter, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (waiter.Place.List is null)
            {
                // It has just been given the gate.
                return;
            }

            TakeOut(waiter);
        }

        waiter.Given.SetCanceled(cancellation);
    }

    private void TakeOut(Waiter waiter)
    {
        waiter.Place.List!.Remove(waiter.Place);
        _short -= waiter.Short;
    }

    private sealed class Waiter
    {
        public Waiter(Writing what) => (Place, Short) = (new LinkedListNode<Waiter>(this), what == Writing.Long ? 0 : 1);

        /// <summary>In its queue; in none once it was given the gate or gave up.</summary>
        public LinkedListNode<Waiter> Place { get; }

        public int Short { get; }

        public TaskCompletionSource Given { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
