using FluentValidation;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning.Hashes;

/// <summary>A hash list to be.</summary>
/// <param name="Source">Who keeps it outside.</param>
/// <param name="Days">How long it holds, 1 to 1,825 days.</param>
public sealed record NewHashList(string Key, string Name, string Policy, string Label, ScanOutcome Outcome, string Source, int Days);

/// <summary>What a hash list must fulfil.</summary>
public sealed class NewHashListValidator : AbstractValidator<NewHashList>
{
    public NewHashListValidator()
    {
        RuleFor(l => l.Key).Must(k => k is { Length: >= 2 and <= 64 } && k.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')).WithMessage("A key has 2 to 64 lower-case letters, digits and hyphens.");
        RuleFor(l => l.Name).Must(n => !string.IsNullOrWhiteSpace(n)).WithMessage("Give the list a name.").MaximumLength(120).WithMessage("A name has at most 120 characters.");
        RuleFor(l => l.Policy).NotEmpty().WithMessage("Choose the policy.");
        RuleFor(l => l.Label).NotEmpty().WithMessage("Choose the label that a match stands for.");
        RuleFor(l => l.Outcome).Must(o => o is ScanOutcome.Review or ScanOutcome.Block).WithMessage("A list sends to review or blocks.");
        RuleFor(l => l.Source).Must(s => !string.IsNullOrWhiteSpace(s)).WithMessage("Say where the hashes come from.").MaximumLength(256).WithMessage("A source has at most 256 characters.");
        RuleFor(l => l.Days).InclusiveBetween(1, 1_825).WithMessage("A list holds for 1 to 1,825 days.");
    }
}

/// <summary>Makes a hash list, without entries.</summary>
public sealed class AddHashList(Database database, PolicyBook policies, ScanBook book, TimeProvider clock) : IUseCase
{
    private static readonly NewHashListValidator Validator = new();

    /// <exception cref="ValidationException">The list is not in order.</exception>
    /// <exception cref="RefusedException"><c>policy.unknown</c>, <c>policy.unpublished</c>, <c>label.unknown</c> or <c>hash-list.taken</c>.</exception>
    public async Task<Guid> RunAsync(NewHashList list, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(list);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        await Validator.ValidateAndThrowAsync(list, cancellation);
        var policy = await ScanPolicies.HarmfulLabelAsync(database, policies, list.Policy, list.Label, cancellation);
        var row = new HashList
        {
            Key = list.Key,
            Name = list.Name.Trim(),
            PolicyId = policy.Id,
            LabelKey = list.Label,
            Outcome = list.Outcome,
            Source = list.Source.Trim(),
            OwnerId = actor.ReviewerId,
            CreatedAt = clock.Instant(),
            ExpiresAt = clock.Instant().AddDays(list.Days),
        };
        await database.WriteAsync(
            async db =>
            {
                await db.LockAsync("hash-lists", LockKind.Exclusive, cancellation);
                if (await db.Set<HashList>().AnyAsync(l => l.Key == row.Key, cancellation))
                {
                    throw new RefusedException("hash-list.taken", $"There is a list '{row.Key}' already, perhaps one that ended. Choose another key.");
                }

                db.Add(row);
                db.Record(clock, actor, "hash-list.added", "hash-list", row.PublicId, new { row.Key, policy = policy.Key, row.LabelKey, row.Outcome, row.Source, row.ExpiresAt });
                await db.SaveChangesAsync(cancellation);
            },
            cancellation);
        book.Forget();
        return row.PublicId;
    }
}

/// <summary>Ends a hash list: it stops nothing any more, and its entries are deleted.</summary>
public sealed class EndHashList(Database database, ScanBook book, TimeProvider clock) : IUseCase
{
    /// <exception cref="RefusedException"><c>hash-list.unknown</c>.</exception>
    public async Task RunAsync(string key, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        await database.WriteAsync(
            async db =>
            {
                var list = await FindAsync(db, key, cancellation);
                list.EndedAt = clock.Instant();
                await db.Set<HashEntry>().Where(e => e.ListId == list.Id).ExecuteDeleteAsync(cancellation);
                db.Record(clock, actor, "hash-list.ended", "hash-list", list.PublicId, new { list.Key, list.Entries });
                (list.Entries, list.Edition) = (0, list.Edition + 1);
                await db.SaveChangesAsync(cancellation);
            },
            cancellation);
        book.Forget();
    }

    internal static async Task<HashList> FindAsync(StudioDbContext db, string key, CancellationToken cancellation) =>
        await db.Set<HashList>().SingleOrDefaultAsync(l => l.Key == key && l.EndedAt == null, cancellation)
        ?? throw new RefusedException("hash-list.unknown", $"There is no hash list '{key}', or it has ended.");
}
