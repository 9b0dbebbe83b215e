using FluentValidation;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning.Rules;

/// <summary>A rule to be.</summary>
/// <param name="Policy">The policy's key.</param>
/// <param name="Label">The key of the label that a match stands for.</param>
/// <param name="Days">How long it holds, 1 to 730 days.</param>
public sealed record NewRule(string Policy, string Name, RuleKind Kind, string Pattern, string Label, ScanOutcome Outcome, string Why, int Days);

/// <summary>What a rule must fulfil.</summary>
public sealed class NewRuleValidator : AbstractValidator<NewRule>
{
    public NewRuleValidator()
    {
        RuleFor(r => r.Policy).NotEmpty().WithMessage("Choose the policy.");
        RuleFor(r => r.Name).Must(n => !string.IsNullOrWhiteSpace(n)).WithMessage("Give the rule a name that others understand.").MaximumLength(120).WithMessage("A name has at most 120 characters.");
        RuleFor(r => r.Pattern).Must(p => !string.IsNullOrWhiteSpace(p)).WithMessage("Write the words or the expression to look for.").MaximumLength(RulePattern.Longest).WithMessage($"A pattern has at most {RulePattern.Longest} characters.");
        RuleFor(r => r.Kind).IsInEnum().WithMessage("Choose phrase or expression.");
        RuleFor(r => r.Label).NotEmpty().WithMessage("Choose the label that a match stands for.");
        RuleFor(r => r.Outcome).Must(o => o is ScanOutcome.Review or ScanOutcome.Block).WithMessage("A rule sends to review or blocks.");
        RuleFor(r => r.Why).MaximumLength(1_000).WithMessage("The reason has at most 1,000 characters.");
        RuleFor(r => r.Days).InclusiveBetween(1, 730).WithMessage("A rule holds for 1 to 730 days; then somebody looks at it again.");
    }
}

/// <summary>Puts a rule in force.</summary>
public sealed class AddRule(Database database, PolicyBook policies, ScanBook book, TimeProvider clock) : IUseCase
{
    private static readonly NewRuleValidator Validator = new();

    /// <returns>The rule's id.</returns>
    /// <exception cref="ValidationException">The rule is not in order.</exception>
    /// <exception cref="RefusedException"><c>policy.unknown</c>, <c>policy.unpublished</c>, <c>label.unknown</c> or <c>rule.pattern</c>.</exception>
    public async Task<Guid> RunAsync(NewRule rule, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        await Validator.ValidateAndThrowAsync(rule, cancellation);
        _ = new RulePattern(rule.Kind, rule.Pattern);
        var policy = await ScanPolicies.HarmfulLabelAsync(database, policies, rule.Policy, rule.Label, cancellation);
        var row = new ScanRule
        {
            PolicyId = policy.Id,
            Name = rule.Name.Trim(),
            Kind = rule.Kind,
            Pattern = rule.Pattern.Trim(),
            LabelKey = rule.Label,
            Outcome = rule.Outcome,
            Why = rule.Why?.Trim() ?? "",
            OwnerId = actor.ReviewerId,
            CreatedAt = clock.Instant(),
            ExpiresAt = clock.Instant().AddDays(rule.Days),
        };
        await database.WriteAsync(
            db =>
            {
                db.Add(row);
                db.Record(clock, actor, "rule.added", "rule", row.PublicId, new { policy = policy.Key, row.Name, row.Kind, row.LabelKey, row.Outcome, row.ExpiresAt });
                return db.SaveChangesAsync(cancellation);
            },
            cancellation);
        book.Forget();
        return row.PublicId;
    }
}

/// <summary>Ends a rule. It stays in the list of ended ones.</summary>
public sealed class EndRule(Database database, ScanBook book, TimeProvider clock) : IUseCase
{
    /// <exception cref="RefusedException"><c>rule.unknown</c>: there is no such rule, or it has ended.</exception>
    public async Task RunAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        await database.WriteAsync(
            async db =>
            {
                var rule = await db.Set<ScanRule>().SingleOrDefaultAsync(r => r.PublicId == id && r.EndedAt == null, cancellation)
                    ?? throw new RefusedException("rule.unknown", "There is no such rule, or it has ended already.");
                rule.EndedAt = clock.Instant();
                db.Record(clock, actor, "rule.ended", "rule", rule.PublicId, new { rule.Name });
                await db.SaveChangesAsync(cancellation);
            },
            cancellation);
        book.Forget();
    }
}
