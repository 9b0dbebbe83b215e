using FluentValidation;

namespace ReviewStudio.Core.Accounts;

/// <summary>A changed account.</summary>
/// <param name="Account">The account's public id.</param>
/// <param name="Stamp">The concurrency stamp of the account as it was read.</param>
public sealed record AccountEdit(Guid Account, string Stamp, AccountForm Form);

/// <summary>Changes what is known of a person, and the roles. New roles hold within minutes: open sessions end.</summary>
public sealed class EditAccount(IAccountLedger ledger) : IUseCase
{
    private static readonly AccountFormValidator Validator = new();

    /// <exception cref="ValidationException">The form is not in order.</exception>
    /// <exception cref="RefusedException">
    /// <c>account.unknown</c>, <c>account.conflict</c>, <c>account.email</c>, or <c>account.last_admin</c>.
    /// </exception>
    public async Task RunAsync(AccountEdit request, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.Admin);
        await Validator.ValidateAndThrowAsync(request.Form, cancellation);
        await ledger.WriteAsync(
            async db =>
            {
                var reviewer = await AccountDesk.FindAsync(db, request.Account, cancellation);
                if (reviewer.ConcurrencyStamp != request.Stamp)
                {
                    throw AccountDesk.Conflict();
                }

                await AccountDesk.RefuseTakenAsync(db, request.Form.Email, reviewer.Id, cancellation);
                var before = await AccountDesk.RolesAsync(db, reviewer.Id, cancellation);
                if (reviewer.Active && before.Contains(Roles.Admin, StringComparer.Ordinal) && !request.Form.Roles.Contains(Roles.Admin))
                {
                    await AccountDesk.KeepAnAdministratorAsync(db, reviewer, cancellation);
                }

                if (!request.Form.Roles.SetEquals(before) || reviewer.NormalizedUserName != AccountDesk.Normal(request.Form.Email))
                {
                    AccountDesk.EndSessions(reviewer);
                }

                var clearance = reviewer.Clearance;
                request.Form.WriteTo(reviewer);
                AccountDesk.Touch(reviewer);
                await AccountDesk.SetRolesAsync(db, reviewer.Id, request.Form.Roles, cancellation);
                ledger.Record(db, actor, "account.changed", reviewer.PublicId, new
                {
                    before = new { roles = before, clearance },
                    after = new { roles = request.Form.Roles, clearance = reviewer.Clearance },
                });
                return await db.SaveChangesAsync(cancellation);
            },
            cancellation);
    }
}
