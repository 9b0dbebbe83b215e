using Microsoft.EntityFrameworkCore;
using Npgsql;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Migrations.PostgreSql;

/// <summary>
/// Claims and verdicts of this process: a few at a time, on connections of their own.
/// <para>
/// More at a time only has the server switch between them and look over the heads of lanes behind more locks: the rest wait
/// here, in order. The driver takes connections in turns and each plans and caches for itself: out of a pool that a rush has
/// widened, every claim would meet a cold one.
/// </para>
/// </summary>
internal sealed class ShortWrites
{
    private readonly string _others;
    private readonly SemaphoreSlim _free;

    /// <summary>
    /// One less than all. Verdicts may wait at the server for rows that are just being scored; claims step over such rows, and
    /// must not stand here behind verdicts that wait.
    /// </summary>
    private readonly SemaphoreSlim _freeForVerdicts;

    /// <param name="connection">As all other work connects.</param>
    public ShortWrites(NpgsqlConnectionStringBuilder connection)
    {
        _others = connection.ToString();
        var own = new NpgsqlConnectionStringBuilder(_others);
        own.MaxPoolSize = Math.Min(own.MaxPoolSize, 2 * Environment.ProcessorCount);
        own.MinPoolSize = Math.Min(own.MinPoolSize, own.MaxPoolSize);
        _free = new SemaphoreSlim(own.MaxPoolSize);
        _freeForVerdicts = new SemaphoreSlim(Math.Max(1, own.MaxPoolSize - 1));
        ConnectionString = own.ToString();
    }

    public string ConnectionString { get; }

    /// <summary>Runs a write that may wait for rows.</summary>
    public async Task<T> VerdictAsync<T>(Func<CancellationToken, Task<StudioDbContext>> open, Func<StudioDbContext, Task<T>> run, CancellationToken cancellation)
    {
        await _freeForVerdicts.WaitAsync(cancellation);
        try
        {
            return await ClaimAsync(open, run, cancellation);
        }
        finally
        {
            _freeForVerdicts.Release();
        }
    }

    /// <summary>Runs a statement that waits for no row.</summary>
    public async Task<T> ClaimAsync<T>(Func<CancellationToken, Task<StudioDbContext>> open, Func<StudioDbContext, Task<T>> run, CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation);
        try
        {
            await using var db = await open(cancellation);
            db.Database.SetConnectionString(ConnectionString);
            try
            {
                return await run(db);
            }
            finally
            {
                // The context is used again, for anything. It may count more openings than closings: the end is here.
                await db.Database.GetDbConnection().CloseAsync();
                db.Database.SetConnectionString(_others);
            }
        }
        finally
        {
            _free.Release();
        }
    }
}
