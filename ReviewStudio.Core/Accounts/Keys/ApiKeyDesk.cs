using FluentValidation;
using Microsoft.EntityFrameworkCore;

namespace ReviewStudio.Core.Accounts.Keys;

/// <summary>A key to be made.</summary>
/// <param name="Days">How long it is valid, 1 to 730 days.</param>
public sealed record NewApiKey(string Name, IReadOnlyList<string> Scopes, int Days);

/// <summary>A key that was made.</summary>
/// <param name="Secret">The key itself: shown once and not kept.</param>
public sealed record CreatedApiKey(Guid Id, string Secret, DateTime ExpiresAt);

/// <summary>A key as it is listed.</summary>
/// <param name="Prefix">The visible part.</param>
public sealed record ApiKeyView(
    Guid Id, string Name, string Prefix, string Owner, bool Own, IReadOnlyList<string> Scopes, DateTime CreatedAt, DateTime ExpiresAt, DateTime? LastUsedAt, DateTime? RevokedAt)
{
    public bool Usable(DateTime now) => RevokedAt is null && ExpiresAt > now;
}

/// <summary>What a new key must fulfil.</summary>
public sealed class NewApiKeyValidator : AbstractValidator<NewApiKey>
{
    public NewApiKeyValidator()
    {
        RuleFor(k => k.Name).Cascade(CascadeMode.Stop)
            .Must(name => !string.IsNullOrWhiteSpace(name)).WithMessage("Say what the key is for; the list shows it by this name.")
            .MaximumLength(120).WithMessage("A key's name has at most 120 characters.");
        RuleFor(k => k.Scopes).Must(scopes => scopes is { Count: > 0 }).WithMessage("Choose at least one scope: without one, the key opens nothing.");
        RuleForEach(k => k.Scopes).Must(ApiScopes.All.ContainsKey)
            .WithMessage((_, scope) => $"There is no scope '{scope}'. There are {string.Join(", ", ApiScopes.All.Keys)}.");
        RuleFor(k => k.Days).InclusiveBetween(1, 730).WithMessage("A key is valid for 1 to 730 days.");
    }
}

/// <summary>Makes an API key for the actor's own account.</summary>
public sealed class CreateApiKey(IAccountLedger ledger) : IUseCase
{
    private static readonly NewApiKeyValidator Validator = new();

    /// <exception cref="ValidationException">The request is not in order.</exception>
    public async Task<CreatedApiKey> RunAsync(NewApiKey request, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer, Roles.PolicyLead, Roles.Moderator);
        await Validator.ValidateAndThrowAsync(request, cancellation);
        var (secret, prefix) = ApiKeySecret.Make();
        return await ledger.WriteAsync(
            async db =>
            {
                var owner = await db.Set<Reviewer>().SingleAsync(r => r.Id == actor.ReviewerId, cancellation);
                var key = new ApiKey
                {
                    OwnerId = owner.Id,
                    Name = request.Name.Trim(),
                    Prefix = prefix,
                    SecretHash = ApiKeySecret.Hash(secret),
                    Scopes = string.Join(' ', ApiScopes.All.Keys.Where(request.Scopes.Contains)),
                    CreatedAt = ledger.Now,
                    ExpiresAt = ledger.Now.AddDays(request.Days),
                };
                db.Add(key);
                ledger.Record(db, actor, "api-key.created", owner.PublicId, new { key = key.PublicId, key.Name, key.Prefix, key.Scopes, key.ExpiresAt });
                await db.SaveChangesAsync(cancellation);
                return new CreatedApiKey(key.PublicId, secret, key.ExpiresAt);
            },
            cancellation);
    }
}

/// <summary>Lists the actor's own keys; an administrator's list holds everybody's.</summary>
public sealed class ListApiKeys(IAccountLedger ledger) : IUseCase
{
    public Task<List<ApiKeyView>> RunAsync(Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var all = actor.Is(Roles.Admin);
        return ledger.ReadAsync(
            async db => (await (
                from key in db.Set<ApiKey>()
                join owner in db.Set<Reviewer>() on key.OwnerId equals owner.Id
                where all || key.OwnerId == actor.ReviewerId
                orderby key.Id descending
                select new { Key = key, owner.DisplayName }).ToListAsync(cancellation))
                .ConvertAll(k => new ApiKeyView(
                    k.Key.PublicId, k.Key.Name, k.Key.Prefix, k.DisplayName, k.Key.OwnerId == actor.ReviewerId, [.. k.Key.ScopeSet()],
                    k.Key.CreatedAt, k.Key.ExpiresAt, k.Key.LastUsedAt, k.Key.RevokedAt)),
            cancellation);
    }
}

/// <summary>Ends a key at once: an own one, or anybody's for an administrator.</summary>
public sealed class RevokeApiKey(IAccountLedger ledger) : IUseCase
{
    /// <exception cref="RefusedException"><c>api-key.unknown</c>.</exception>
    public Task RunAsync(Guid id, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return ledger.WriteAsync(
            async db =>
            {
                var key = await db.Set<ApiKey>().SingleOrDefaultAsync(k => k.PublicId == id, cancellation);
                if (key is null || (key.OwnerId != actor.ReviewerId && !actor.Is(Roles.Admin)))
                {
                    throw new RefusedException("api-key.unknown", "You have no such key. Reload the list.");
                }

                if (key.RevokedAt is null)
                {
                    key.RevokedAt = ledger.Now;
                    var owner = await db.Set<Reviewer>().Where(r => r.Id == key.OwnerId).Select(r => r.PublicId).SingleAsync(cancellation);
                    ledger.Record(db, actor, "api-key.revoked", owner, new { key = key.PublicId, key.Name, key.Prefix });
                }

                return await db.SaveChangesAsync(cancellation);
            },
            cancellation);
    }
}
