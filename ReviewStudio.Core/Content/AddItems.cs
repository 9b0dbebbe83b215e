using FluentValidation;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Content;

/// <summary>An item on its way in.</summary>
/// <param name="ExternalId">Its id at the source: the same id again is the same item, so a request may be repeated.</param>
/// <param name="Language">A code such as <c>en</c>; detected when absent.</param>
/// <param name="Author">The author's handle at the source.</param>
/// <param name="Thread">The conversation that it is part of.</param>
/// <param name="ReplyTo">The external id of what it answers.</param>
/// <param name="Parts">Texts and media in their order, after <paramref name="Text"/> where that is given too.</param>
public sealed record NewItem(
    string ExternalId, string? Text, string? Language = null, string? Author = null, string? Thread = null, string? ReplyTo = null, DateTime? PublishedAt = null,
    IReadOnlyList<NewPart>? Parts = null);

/// <summary>A text, or media that were taken in before.</summary>
/// <param name="Media">The SHA-256 of the media's bytes.</param>
public sealed record NewPart(string? Text = null, string? Media = null);

/// <summary>Items for one queue.</summary>
/// <param name="Queue">The queue's key.</param>
/// <param name="Source">The service that they come from.</param>
public sealed record NewItems(string Queue, string Source, IReadOnlyList<NewItem> Items);

/// <summary>What became of an item.</summary>
/// <param name="Id">The item's id here.</param>
/// <param name="Added">False when it was there already: nothing was changed.</param>
public sealed record AddedItem(string ExternalId, Guid Id, bool Added);

/// <summary>What items on their way in must fulfil.</summary>
public sealed class NewItemsValidator : AbstractValidator<NewItems>
{
    /// <summary>Most items at once.</summary>
    public const int Most = 1_000;

    /// <summary>Most parts of an item, beside its text.</summary>
    public const int MostParts = 32;

    public NewItemsValidator()
    {
        RuleFor(r => r.Queue).NotEmpty().WithMessage("Name the queue by its key.");
        RuleFor(r => r.Source).NotEmpty().WithMessage("Name the source: with the external id it tells items apart.").MaximumLength(128).WithMessage("A source has at most 128 characters.");
        RuleFor(r => r.Items).Must(items => items is { Count: >= 1 and <= Most }).WithMessage($"Send 1 to {Most:N0} items at once.");
        RuleForEach(r => r.Items).ChildRules(item =>
        {
            item.RuleFor(i => i.ExternalId).Must(id => !string.IsNullOrWhiteSpace(id)).WithMessage("Give the item's id at its source.").MaximumLength(256).WithMessage("An external id has at most 256 characters.");
            item.RuleFor(i => i.Text).Must((i, text) => !string.IsNullOrWhiteSpace(text) || i.Parts is { Count: > 0 }).WithMessage("The item has no text.")
                .MaximumLength(RowMapper.LongestText).WithMessage($"A text has at most {RowMapper.LongestText:N0} characters. Split it.");
            item.RuleFor(i => i.Parts).Must(parts => parts is null || parts.Count <= MostParts).WithMessage($"An item has at most {MostParts} parts.")
                .Must(parts => parts is null || parts.All(p => string.IsNullOrWhiteSpace(p.Text) != string.IsNullOrEmpty(p.Media))).WithMessage("A part is either a text or media.")
                .Must(parts => parts is null || parts.All(p => p.Text is null || p.Text.Length <= RowMapper.LongestText)).WithMessage($"A text has at most {RowMapper.LongestText:N0} characters. Split it.");
            item.RuleFor(i => i.Language).Must(code => string.IsNullOrEmpty(code) || RowMapper.Code(code) is not null).WithMessage("A language is a code such as en or de; leave it out to have it detected.");
            item.RuleFor(i => i.Author).MaximumLength(ModelConventions.KeyedStringLength).WithMessage($"An author has at most {ModelConventions.KeyedStringLength} characters.");
            item.RuleFor(i => i.Thread).MaximumLength(ModelConventions.KeyedStringLength).WithMessage($"A thread has at most {ModelConventions.KeyedStringLength} characters.");
            item.RuleFor(i => i.ReplyTo).MaximumLength(256).WithMessage("An external id has at most 256 characters.");
        });
    }
}

/// <summary>Takes items in from another service, through the same rooms as an import: all of them in one transaction, or none.</summary>
public sealed class AddItems(Database database, TimeProvider clock, IImportTargets targets, IEnumerable<IItemIntake> intakes, IEnumerable<ILanguageGuess> languages, LookAtMedia look) : IUseCase
{
    private static readonly NewItemsValidator Validator = new();

    private readonly IItemIntake[] _intakes = [.. intakes.OrderBy(i => i.Order)];
    private readonly ILanguageGuess? _languages = languages.FirstOrDefault();

    /// <returns>One entry for each item, in the order given.</returns>
    /// <exception cref="ValidationException">The request is not in order.</exception>
    /// <exception cref="RefusedException"><c>queue.unknown</c> or <c>policy.unpublished</c>.</exception>
    public async Task<IReadOnlyList<AddedItem>> RunAsync(NewItems request, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.MLEngineer, Roles.PolicyLead);
        await Validator.ValidateAndThrowAsync(request, cancellation);

        // Before the transaction, which must be short.
        var media = await database.ReadAsync(db => KnownMedia.ReadAsync(db, request.Items.SelectMany(i => i.Parts ?? []).Select(p => p.Media), cancellation), cancellation);
        var items = request.Items.Select(i => Make(request.Source, i, media)).ToList();
        var added = await database.WriteAsync(db => AddAsync(db, request, items, actor, cancellation), cancellation);
        if (media.Count > 0)
        {
            await look.RunAsync(actor, cancellation);
        }

        return added;
    }

    private async Task<IReadOnlyList<AddedItem>> AddAsync(StudioDbContext db, NewItems request, List<Item> items, Actor actor, CancellationToken cancellation)
    {
        var target = await targets.FindAsync(db, request.Queue, cancellation)
            ?? throw new RefusedException("queue.unknown", $"There is no queue '{request.Queue}' in use. The page Queues lists those that there are.");
        var ids = items.Select(i => i.ExternalId).Distinct(StringComparer.Ordinal).ToList();
        var there = await db.Set<Item>().Where(i => i.Source == request.Source && ids.Contains(i.ExternalId))
            .Select(i => new { i.ExternalId, i.PublicId }).ToDictionaryAsync(i => i.ExternalId, i => i.PublicId, StringComparer.Ordinal, cancellation);
        var answer = new List<AddedItem>(items.Count);
        var incoming = new List<IncomingItem>(items.Count);
        foreach (var item in items)
        {
            item.IngestedAt = clock.Instant();
            var added = there.TryAdd(item.ExternalId, item.PublicId);
            answer.Add(new AddedItem(item.ExternalId, there[item.ExternalId], added));
            if (added)
            {
                incoming.Add(new IncomingItem(item, null, null, null));
            }
        }

        db.AddRange(incoming.Select(i => i.Item));
        await db.SaveChangesAsync(cancellation);
        if (incoming.Count > 0)
        {
            var context = new IntakeContext(target.QueueId, LabelUse.Ignore, "", "", actor) { PolicyId = target.PolicyId };
            foreach (var intake in _intakes)
            {
                await intake.AcceptAsync(db, context, incoming, cancellation);
            }

            db.Record(clock, actor, "items.added", "queue", target.PublicId, new { count = incoming.Count, request.Source });
        }

        await db.SaveChangesAsync(cancellation);
        return answer;
    }

    private Item Make(string source, NewItem given, IReadOnlyDictionary<string, TakenMedia> media)
    {
        var parts = new List<NewPart>(given.Parts ?? []);
        if (!string.IsNullOrWhiteSpace(given.Text))
        {
            parts.Insert(0, new NewPart(given.Text));
        }

        var text = string.Join('\n', parts.Where(p => p.Media is null).Select(p => p.Text));
        var item = new Item
        {
            Source = source,
            ExternalId = given.ExternalId.Trim(),
            Language = string.IsNullOrEmpty(given.Language) ? (text.Length == 0 ? null : _languages?.Guess(text)) ?? "und" : RowMapper.Code(given.Language)!,
            Author = given.Author?.Trim() ?? "",
            ThreadId = given.Thread?.Trim() ?? "",
            ReplyTo = given.ReplyTo?.Trim() ?? "",
            PublishedAt = given.PublishedAt?.ToUniversalTime().AddTicks(-(given.PublishedAt.Value.Ticks % TimeSpan.TicksPerMicrosecond)),
        };
        item.TakeParts(parts.Select(p => p.Media is null ? new ItemPart { Modality = Modality.Text, Text = p.Text } : media[p.Media].Part()));
        return item;
    }
}
