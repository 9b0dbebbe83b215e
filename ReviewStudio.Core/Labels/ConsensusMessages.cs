using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels;

/// <summary>Tells other systems that the label of a case is another one now, in the transaction that made it so.</summary>
internal static class ConsensusMessages
{
    /// <summary>Adds a message for each case, without saving.</summary>
    /// <param name="labels">Cases with the rows that hold their labels; of one policy version.</param>
    /// <param name="subject">What it goes back to and whose undoing cancels it; null for the case itself.</param>
    public static async Task AddAsync(
        StudioDbContext db, DateTime now, IReadOnlyCollection<CaseLabel> labels, Guid? subject, DateTime notBefore, CancellationToken cancellation)
    {
        if (labels.Count == 0)
        {
            return;
        }

        var versionId = labels.First().Example.PolicyVersionId;
        var version = await db.Set<PolicyVersion>().Where(v => v.Id == versionId).Select(v => new { v.Policy.Key, v.Number }).SingleAsync(cancellation);
        Add(db, now, labels, version.Key, version.Number, subject, notBefore);
    }

    /// <inheritdoc cref="AddAsync"/>
    /// <param name="policy">The key of the policy.</param>
    /// <param name="number">The number of the version.</param>
    public static void Add(
        StudioDbContext db, DateTime now, IReadOnlyCollection<CaseLabel> labels, string policy, int number, Guid? subject, DateTime notBefore) =>
        db.AddRange(labels.Select(l => new OutboxMessage
        {
            Topic = OutboxTopics.ConsensusChanged,
            SubjectId = subject ?? l.Case.PublicId,
            AboutId = l.Case.PublicId,
            PayloadJson = JsonSerializer.Serialize(new
            {
                @case = l.Case.PublicId,
                policy = policy,
                policyVersion = number,
                label = l.Example.LabelKey,
                confidence = l.Example.Confidence,
                method = l.Example.Method,
                reviewers = l.Example.Reviewers,
            }),
            CreatedAt = now,
            NotBefore = notBefore,
        }));

    /// <summary>The label that other systems have heard of last or are about to hear; null when none.</summary>
    public static async Task<string?> HeardAsync(StudioDbContext db, Guid caseId, CancellationToken cancellation)
    {
        var payload = await db.Set<OutboxMessage>().Where(m => m.AboutId == caseId && m.Topic == OutboxTopics.ConsensusChanged && m.CancelledAt == null)
            .OrderByDescending(m => m.Id).Select(m => m.PayloadJson).FirstOrDefaultAsync(cancellation);
        if (payload is null)
        {
            return null;
        }

        using var told = JsonDocument.Parse(payload);
        return told.RootElement.GetProperty("label").GetString();
    }
}

/// <summary>A case with the row that holds its label.</summary>
internal sealed record CaseLabel(ReviewCase Case, LabelledExample Example);
