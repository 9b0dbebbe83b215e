using System.Text.RegularExpressions;
using FluentValidation;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Queue.Settings;

/// <summary>A queue to be made.</summary>
public sealed class NewQueue
{
    /// <summary>Lower-case letters, digits and hyphens; cannot be changed later.</summary>
    public string Key { get; set => field = value ?? ""; } = "";

    /// <summary>The key of the policy that its content is judged by; cannot be changed later.</summary>
    public string Policy { get; set => field = value ?? ""; } = "";

    public QueueSettings Settings { get; set => field = value ?? new QueueSettings(); } = new();
}

/// <summary>What a new queue must fulfil.</summary>
public sealed partial class NewQueueValidator : AbstractValidator<NewQueue>
{
    public NewQueueValidator()
    {
        RuleFor(q => q.Key).Cascade(CascadeMode.Stop)
            .NotEmpty().WithMessage("Give the queue a key: the short name for files and commands.")
            .MaximumLength(64).WithMessage("A queue's key has at most 64 characters.")
            .Must(key => QueueKey().IsMatch(key))
            .WithMessage("A queue's key has lower-case letters, digits and hyphens between them, such as forum-posts.");
        RuleFor(q => q.Policy).NotEmpty().WithMessage("Choose the policy that its content is judged by.");
        RuleFor(q => q.Settings).SetValidator(new QueueSettingsValidator());
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*\\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex QueueKey();
}

/// <summary>Makes a queue on a policy.</summary>
public sealed class CreateQueue(Database database, TimeProvider clock) : IUseCase
{
    private static readonly NewQueueValidator Validator = new();

    /// <returns>The queue's public id.</returns>
    /// <exception cref="ValidationException">The settings are not in order.</exception>
    /// <exception cref="RefusedException"><c>queue.key</c>: the key is taken; <c>policy.unknown</c> or <c>policy.archived</c>.</exception>
    public async Task<Guid> RunAsync(NewQueue request, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        await Validator.ValidateAndThrowAsync(request, cancellation);
        return await database.WriteAsync(
            async db =>
            {
                var policy = await db.Set<Policy>().SingleOrDefaultAsync(p => p.Key == request.Policy, cancellation)
                    ?? throw new RefusedException("policy.unknown", $"There is no policy '{request.Policy}'. The page Policies lists those that there are.");
                if (policy.ArchivedAt is not null)
                {
                    throw new RefusedException("policy.archived", $"'{policy.Name}' is archived. Bring it back, or choose another policy.");
                }

                if (await db.Set<ReviewQueue>().AnyAsync(q => q.Key == request.Key, cancellation))
                {
                    throw new RefusedException("queue.key", $"There is already a queue with the key '{request.Key}'. Choose another key.");
                }

                var queue = new ReviewQueue { Key = request.Key, PolicyId = policy.Id, CreatedAt = clock.Instant() };
                request.Settings.WriteTo(queue, clock.Instant());
                db.Add(queue);
                db.Record(clock, actor, "queue.created", "queue", queue.PublicId, new { queue.Key, policy = policy.Key, request.Settings });
                await db.SaveChangesAsync(cancellation);
                return queue.PublicId;
            },
            cancellation);
    }
}
