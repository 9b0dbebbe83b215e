using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Content.Import;

/// <summary>Puts batches of rows in: items, what later rooms make of them, and the resume point, all in one transaction.</summary>
public sealed class ImportBatches(
    Database database, TimeProvider clock, PolicyBook policies, IEnumerable<IItemIntake> intakes, IEnumerable<ILanguageGuess> languages, RowMedia media) : IUseCase
{
    private readonly IItemIntake[] _intakes = [.. intakes.OrderBy(i => i.Order)];
    private readonly ILanguageGuess? _languages = languages.FirstOrDefault();

    /// <summary>Commits the batch and empties it.</summary>
    /// <param name="progress">Counts before the batch, with the row after it.</param>
    /// <param name="alongside">Adds to the transaction; null for nothing.</param>
    /// <returns>The counts after it.</returns>
    internal async Task<ImportProgress> CommitAsync(
        JobContext job, ImportBatch batch, ImportProgress progress, CancellationToken stop, Action<StudioDbContext>? alongside = null)
    {
        var guessed = await GuessAsync(batch, stop);
        var (parts, problems) = await MediaAsync(batch, stop);
        var after = await database.WriteAsync(
            async db =>
            {
                var existing = await ExistingAsync(db, batch, stop);
                var rejected = new List<RejectedRow>([.. batch.Bad, .. problems]);
                var incoming = await PrepareAsync(db, batch, existing, guessed, parts, rejected, stop);
                await AddAsync(db, incoming, stop);
                if (incoming.Count > 0)
                {
                    var context = new IntakeContext(
                        batch.Target.QueueId, batch.Arguments.LabelUse, batch.Arguments.PastReviewer, batch.Arguments.Classifier, job.Actor)
                    {
                        PolicyId = batch.Target.PolicyId,
                    };
                    foreach (var intake in _intakes)
                    {
                        await intake.AcceptAsync(db, context, incoming, stop);
                    }
                }

                alongside?.Invoke(db);
                await db.SaveChangesAsync(stop);
                rejected.Sort((a, b) => a.Line.CompareTo(b.Line));
                var next = progress with
                {
                    Added = progress.Added + incoming.Count,
                    Existing = progress.Existing + batch.Rows - incoming.Count - rejected.Count,
                    Rejected = progress.Rejected + rejected.Count,
                    RejectBytes = batch.Rejects.Append(progress.RejectBytes, rejected),
                };
                await job.SaveResumeAsync(db, next, stop);
                return next;
            },
            stop);
        batch.Clear();
        return after;
    }

    /// <summary>Languages of the rows that name none and are not in yet, by row; detected before the transaction, which must be short.</summary>
    private async Task<Dictionary<ImportRow, string>> GuessAsync(ImportBatch batch, CancellationToken stop)
    {
        var guessed = new Dictionary<ImportRow, string>(ReferenceEqualityComparer.Instance);
        if (_languages is null || batch.Good.All(r => r.Language is not null))
        {
            return guessed;
        }

        var existing = await database.ReadAsync(db => ExistingAsync(db, batch, stop), stop);
        foreach (var row in batch.Good.Where(r => r.Language is null && r.Text.Length > 0 && !existing.Contains(r.ExternalId)))
        {
            stop.ThrowIfCancellationRequested();
            guessed[row] = _languages.Guess(row.Text);
        }

        return guessed;
    }

    /// <summary>The media of rows that are not in yet, by row; taken in before the transaction, which must be short.</summary>
    private async Task<(Dictionary<ImportRow, List<ItemPart>> Parts, List<RejectedRow> Problems)> MediaAsync(ImportBatch batch, CancellationToken stop)
    {
        var parts = new Dictionary<ImportRow, List<ItemPart>>(ReferenceEqualityComparer.Instance);
        var problems = new List<RejectedRow>();
        var existing = batch.Good.Any(r => r.Parts.Count > 0) ? await database.ReadAsync(db => ExistingAsync(db, batch, stop), stop) : [];
        foreach (var row in batch.Good.Where(r => r.Parts.Count > 0 && !existing.Contains(r.ExternalId)))
        {
            try
            {
                parts[row] = await media.RunAsync(batch.Arguments, row, stop);
            }
            catch (RowProblemException e)
            {
                problems.Add(new RejectedRow(row.Line, e.Message, row.Start));
            }
        }

        return (parts, problems);
    }

    private static async Task<HashSet<string>> ExistingAsync(StudioDbContext db, ImportBatch batch, CancellationToken stop)
    {
        var source = batch.Arguments.Source;
        var ids = batch.Good.Select(r => r.ExternalId).Distinct(StringComparer.Ordinal).ToList();
        return await db.Set<Item>().Where(i => i.Source == source && ids.Contains(i.ExternalId)).Select(i => i.ExternalId)
            .ToHashSetAsync(StringComparer.Ordinal, stop);
    }

    /// <summary>The new items of the batch. The policy is looked at here: it may have changed since the batch before.</summary>
    private async Task<List<IncomingItem>> PrepareAsync(
        StudioDbContext db, ImportBatch batch, HashSet<string> existing, Dictionary<ImportRow, string> guessed,
        Dictionary<ImportRow, List<ItemPart>> parts, List<RejectedRow> rejected, CancellationToken stop)
    {
        var versionId = await PolicyBook.InForceIdAsync(db, batch.Target.PolicyId, stop)
            ?? throw new RefusedException("policy.unpublished", $"The policy of queue '{batch.Target.Name}' has no published version. Publish one, then go on.");
        var spelling = new LabelSpelling(await policies.VersionAsync(versionId, stop), batch.Arguments.LabelMap);
        var now = clock.Instant();
        var incoming = new List<IncomingItem>(batch.Good.Count);
        foreach (var row in batch.Good)
        {
            var key = row.Label is null ? null : spelling.Find(row.Label);
            if (existing.Contains(row.ExternalId) || (row.Parts.Count > 0 && !parts.ContainsKey(row)))
            {
                continue;
            }

            if (row.Label is not null && key is null)
            {
                rejected.Add(new RejectedRow(row.Line, spelling.Unknown(row.Label), row.Start));
                continue;
            }

            // A second row of the same id in one batch is as good as there already.
            existing.Add(row.ExternalId);
            incoming.Add(new IncomingItem(NewItem(batch, row, row.Language ?? guessed.GetValueOrDefault(row, "und"), now, parts.GetValueOrDefault(row)), key, row.Reviewer, row.Scores)
            {
                LabelUse = row.Use,
            });
        }

        return incoming;
    }

    private static async Task AddAsync(StudioDbContext db, List<IncomingItem> incoming, CancellationToken stop)
    {
        await db.InsertAsync(incoming.ConvertAll(i => i.Item), stop);
        foreach (var item in incoming.Select(i => i.Item))
        {
            item.Parts.ForEach(p => p.ItemId = item.Id);
        }

        await db.InsertAsync([.. incoming.SelectMany(i => i.Item.Parts)], stop);
    }

    private static Item NewItem(ImportBatch batch, ImportRow row, string language, DateTime now, List<ItemPart>? parts)
    {
        var item = new Item
        {
            Source = batch.Arguments.Source,
            ExternalId = row.ExternalId,
            Language = language,
            Author = row.Author,
            ThreadId = row.Thread,
            ReplyTo = row.ReplyTo,
            PublishedAt = row.PublishedAt,
            IngestedAt = now,
        };
        item.TakeParts(parts ?? [new ItemPart { Modality = Modality.Text, Text = row.Text }]);
        return item;
    }
}
