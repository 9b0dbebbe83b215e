using Microsoft.EntityFrameworkCore;

namespace ReviewStudio.Core.Accounts;

/// <summary>Whether anybody could sign in as an administrator; false on a new installation.</summary>
public sealed class HasAdministrator(IAccountLedger ledger) : IUseCase
{
    public Task<bool> RunAsync(CancellationToken cancellation) =>
        ledger.ReadAsync(db => AccountDesk.Administrators(db).AnyAsync(cancellation), cancellation);
}
