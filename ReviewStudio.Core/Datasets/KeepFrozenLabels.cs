using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Datasets;

/// <summary>Puts imported labels into the frozen set that the policy's gates read. Their cases want no verdict and never train a head.</summary>
public sealed class KeepFrozenLabels(TimeProvider clock) : IItemIntake, IUseCase
{
    /// <summary>The name of a set that an import had to make.</summary>
    public const string SetName = "Frozen at import";

    /// <inheritdoc />
    public int Order => 25;

    /// <inheritdoc />
    public async Task AcceptAsync(StudioDbContext db, IntakeContext context, IReadOnlyList<IncomingItem> items, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(items);
        var labels = items.Where(i => i.UseIn(context) == LabelUse.Frozen).ToDictionary(i => i.Item.Id, i => i.Label!);
        if (labels.Count == 0)
        {
            return;
        }

        var itemIds = labels.Keys.ToList();
        var cases = await db.Set<ReviewCase>().Where(c => c.QueueId == context.QueueId && itemIds.Contains(c.ItemId)).ToListAsync(cancellation);
        var setId = await SetAsync(db, cases[0].PolicyId, cancellation);
        await LabelWatermark.AnnounceAsync(db, cases[0].PolicyId, cancellation);
        var members = new List<FrozenMember>(cases.Count);
        foreach (var reviewCase in cases)
        {
            var label = labels[reviewCase.ItemId];
            reviewCase.State = CaseState.Labelled;
            reviewCase.LabelKey = label;
            members.Add(new FrozenMember { FrozenSetId = setId, CaseId = reviewCase.Id, LabelKey = label });
        }

        await FrozenMarks.FreezeAsync(db, cases, members, cancellation);
    }

    private async Task<long> SetAsync(StudioDbContext db, long policyId, CancellationToken cancellation)
    {
        var set = await db.Set<FrozenSet>().Where(s => s.PolicyId == policyId && (s.ForGates || s.Name == SetName))
            .OrderByDescending(s => s.ForGates).FirstOrDefaultAsync(cancellation);
        if (set is null)
        {
            set = new FrozenSet { PolicyId = policyId, Name = SetName, CreatedAt = clock.Instant() };
            db.Add(set);
        }

        set.ForGates = true;
        await db.SaveChangesAsync(cancellation);
        return set.Id;
    }
}
