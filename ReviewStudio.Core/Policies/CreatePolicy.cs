using System.Text.RegularExpressions;
using FluentValidation;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Policies;

/// <summary>A policy to be made, with the content of its first draft.</summary>
public sealed class NewPolicy
{
    /// <summary>Lower-case letters, digits and hyphens; cannot be changed later.</summary>
    public string Key { get; set => field = value ?? ""; } = "";

    public string Name { get; set => field = value ?? ""; } = "";

    public PolicyContent Content { get; set => field = value ?? new PolicyContent(); } = new();
}

/// <summary>What a new policy must fulfil, in the form and at the API.</summary>
public sealed partial class NewPolicyValidator : AbstractValidator<NewPolicy>
{
    public NewPolicyValidator()
    {
        RuleFor(p => p.Key).Cascade(CascadeMode.Stop)
            .NotEmpty().WithMessage("Give the policy a key: the short name for files and commands.")
            .MaximumLength(64).WithMessage("A policy's key has at most 64 characters.")
            .Must(key => PolicyKey().IsMatch(key))
            .WithMessage("A policy's key has lower-case letters, digits and hyphens between them, such as hate-speech.");
        RuleFor(p => p.Name).Cascade(CascadeMode.Stop)
            .Must(name => !string.IsNullOrWhiteSpace(name)).WithMessage("Give the policy a name.")
            .MaximumLength(120).WithMessage("A policy's name has at most 120 characters.");
        RuleFor(p => p.Content).SetValidator(new PolicyContentValidator());
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*\\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PolicyKey();
}

/// <summary>Makes a policy with its first draft. It is used by nothing until that is published.</summary>
public sealed class CreatePolicy(Database database, TimeProvider clock) : IUseCase
{
    private static readonly NewPolicyValidator Validator = new();

    /// <returns>The policy's public id.</returns>
    /// <exception cref="ValidationException">The content is not in order; the failures name each place.</exception>
    /// <exception cref="RefusedException"><c>policy.key</c>: the key is taken.</exception>
    public async Task<Guid> RunAsync(NewPolicy request, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        await Validator.ValidateAndThrowAsync(request, cancellation);
        return await database.WriteAsync(
            async db =>
            {
                if (await db.Set<Policy>().AnyAsync(p => p.Key == request.Key, cancellation))
                {
                    throw new RefusedException("policy.key", $"There is already a policy with the key '{request.Key}'. Choose another key.");
                }

                var now = clock.Instant();
                var policy = new Policy { Key = request.Key, Name = request.Name.Trim(), CreatedAt = now };
                var draft = new PolicyVersion { Number = 1, CreatedAt = now };
                PolicyDesk.Write(db, draft, request.Content);
                policy.Versions.Add(draft);
                db.Add(policy);
                db.Record(clock, actor, "policy.created", "policy", policy.PublicId, new { policy.Key });
                db.Record(clock, actor, "policy.draft-saved", "policy-version", draft.PublicId, new { policy.Key, draft.Number });
                await db.SaveChangesAsync(cancellation);
                return policy.PublicId;
            },
            cancellation);
    }
}
