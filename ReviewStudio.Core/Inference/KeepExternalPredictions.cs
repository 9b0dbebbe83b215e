using System.Text.Json;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Inference;

/// <summary>Keeps the scores of an external classifier that come along with an import.</summary>
public sealed class KeepExternalPredictions : IItemIntake, IUseCase
{
    /// <inheritdoc />
    public int Order => 30;

    /// <inheritdoc />
    public async Task AcceptAsync(StudioDbContext db, IntakeContext context, IReadOnlyList<IncomingItem> items, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(items);
        var scored = items.Where(i => i.Scores is { Count: > 0 }).ToList();
        if (scored.Count == 0)
        {
            return;
        }

        if (context.PolicyId == 0)
        {
            throw new ArgumentException("Scores belong to a policy, but the intake names none.", nameof(context));
        }

        db.AddRange(scored.Select(i => new ExternalPrediction
        {
            ItemId = i.Item.Id,
            PolicyId = context.PolicyId,
            Classifier = context.Classifier,
            ProbabilitiesJson = JsonSerializer.Serialize(i.Scores!.OrderBy(s => s.Key, StringComparer.Ordinal).ToDictionary(s => s.Key, s => s.Value, StringComparer.Ordinal)),
        }));
        await db.SaveChangesAsync(cancellation);
    }
}
