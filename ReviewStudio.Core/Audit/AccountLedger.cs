using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Audit;

/// <summary>Keeps what the accounts room changes, and records it.</summary>
internal sealed class AccountLedger(Database database, TimeProvider clock) : IAccountLedger, IUseCase
{
    public DateTime Now => clock.Instant();

    public Task<T> ReadAsync<T>(Func<DbContext, Task<T>> query, CancellationToken cancellation) =>
        database.ReadAsync(query, cancellation);

    public async Task<T> WriteAsync<T>(Func<DbContext, Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            return await database.WriteAsync(
                async db =>
                {
                    // Rules such as "one administrator stays" look at all accounts, so one change follows the other.
                    await db.LockAsync("accounts", LockKind.Exclusive, cancellation);
                    return await work(db);
                },
                cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw AccountDesk.Conflict();
        }
    }

    public void Record(DbContext db, Actor actor, string action, Guid account, object? details = null) =>
        ((StudioDbContext)db).Record(clock, actor, action, "account", account, details);
}
