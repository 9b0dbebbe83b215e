using Microsoft.EntityFrameworkCore;

namespace ReviewStudio.Core.Accounts;

/// <summary>
/// How this room reaches those after it: storage, one transaction an operation, and the audit trail inside of it. The
/// audit room answers.
/// </summary>
public interface IAccountLedger
{
    /// <summary>The current instant as the database keeps it: UTC, cut to microseconds.</summary>
    DateTime Now { get; }

    /// <summary>Runs a query on a fresh context that tracks nothing.</summary>
    Task<T> ReadAsync<T>(Func<DbContext, Task<T>> query, CancellationToken cancellation);

    /// <summary>Runs work in one write transaction: all of it is committed, or nothing.</summary>
    /// <exception cref="RefusedException"><c>account.conflict</c>: somebody else changed the same account meanwhile.</exception>
    Task<T> WriteAsync<T>(Func<DbContext, Task<T>> work, CancellationToken cancellation);

    /// <summary>Adds an audit event, committed with what it tells of.</summary>
    void Record(DbContext db, Actor actor, string action, Guid account, object? details = null);
}
