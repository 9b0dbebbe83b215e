using System.Globalization;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Labels.Adjudication;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Errors;

/// <summary>A suspect on its way into the lane.</summary>
/// <param name="GivenProbability">Out-of-fold, 0 to 1.</param>
/// <param name="SuggestedProbability">Out-of-fold, 0 to 1.</param>
public sealed record FoundSuspect(long CaseId, string GivenKey, string SuggestedKey, double GivenProbability, double SuggestedProbability);

/// <summary>Puts suspects, with their evidence, in the lane of those who adjudicate. The label stands until they have looked.</summary>
public sealed class ReviewSuspects(Database database, TimeProvider clock) : IUseCase
{
    /// <summary>What was settled by hand, or is known, is not asked about again.</summary>
    private static readonly string[] Settled = ["adjudicated", "gold"];

    /// <summary>Asks for another look at each; one whose label has changed meanwhile, was settled by hand or waits already is passed over.</summary>
    /// <returns>How many cases were put in line.</returns>
    public async Task<int> RunAsync(PolicyVersion version, IReadOnlyList<FoundSuspect> suspects, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(version);
        ArgumentNullException.ThrowIfNull(suspects);
        var added = 0;
        foreach (var chunk in suspects.Chunk(50))
        {
            added += await database.WriteAsync(
                async db =>
                {
                    var asked = 0;
                    foreach (var suspect in chunk)
                    {
                        asked += await AskAsync(db, version, suspect, cancellation) ? 1 : 0;
                    }

                    return asked;
                },
                cancellation);
        }

        return added;
    }

    private async Task<bool> AskAsync(StudioDbContext db, PolicyVersion version, FoundSuspect suspect, CancellationToken cancellation)
    {
        await db.HoldRowAsync<ReviewCase>(suspect.CaseId, cancellation);
        var reviewCase = await db.Set<ReviewCase>().SingleAsync(c => c.Id == suspect.CaseId, cancellation);
        var method = await db.Set<LabelledExample>().Where(e => e.CaseId == suspect.CaseId).OrderByDescending(e => e.Id).Select(e => e.Method).FirstOrDefaultAsync(cancellation);
        if (reviewCase.LabelKey != suspect.GivenKey || Settled.Contains(method))
        {
            return false;
        }

        string Name(string key) => version.Labels.Find(l => l.Key == key)?.Name ?? key;
        var because = string.Create(
            CultureInfo.InvariantCulture,
            $"The label may be wrong. It stands at {Name(suspect.GivenKey)}; a model that has not learned from this case gives that {suspect.GivenProbability * 100:0} %, and {Name(suspect.SuggestedKey)} {suspect.SuggestedProbability * 100:0} %.");
        var queue = await db.Set<ReviewQueue>().AsNoTracking().SingleAsync(q => q.Id == reviewCase.QueueId, cancellation);
        if (await AdjudicationTasks.AskAsync(db, queue, reviewCase, because, cancellation) is not { } task)
        {
            return false;
        }

        db.Add(new LabelSuspect
        {
            PolicyId = reviewCase.PolicyId,
            CaseId = reviewCase.Id,
            TaskId = task.Id,
            GivenKey = suspect.GivenKey,
            SuggestedKey = suspect.SuggestedKey,
            GivenProbability = suspect.GivenProbability,
            SuggestedProbability = suspect.SuggestedProbability,
            FoundAt = clock.Instant(),
        });
        await db.SaveChangesAsync(cancellation);
        return true;
    }
}
