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

    /// <param name="connection">As all other work connects.</param>
    public ShortWrites(NpgsqlConnectionStringBuilder connection)
    {
        _others = connection.ToString();
        var own = new NpgsqlConnectionStringBuilder(_others);
        own.MaxPoolSize = Math.Min(own.MaxPoolSize, 2 * Environment.ProcessorCount);
        own.MinPoolSize = Math.Min(own.MinPoolSize, own.MaxPoolSize);
        _free = new SemaphoreSlim(own.MaxPoolSize);
        ConnectionString = own.ToString();
    }

    public string ConnectionString { get; }

    public async Task<T> InTurnAsync<T>(Func<CancellationToken, Task<StudioDbContext>> open, Func<StudioDbContext, Task<T>> run, CancellationToken cancellation)
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
