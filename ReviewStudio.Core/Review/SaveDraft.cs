using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Review;

/// <summary>Keeps what a reviewer has begun, so that neither a dropped connection nor a lost lease loses it.</summary>
public sealed class SaveDraft(Database database, TimeProvider clock) : IUseCase
{
    /// <summary>The longest draft, in characters of JSON.</summary>
    public const int Longest = 100_000;

    /// <exception cref="RefusedException">The draft is too long.</exception>
    public Task RunAsync(long taskId, string contentJson, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(contentJson);
        ArgumentNullException.ThrowIfNull(actor);
        if (contentJson.Length > Longest)
        {
            throw new RefusedException("draft.long", "This draft is too long to keep. Shorten the note or remove marks.");
        }

        return database.WriteAgainAsync(
            async db =>
            {
                var now = clock.Instant();
                var rows = await db.Set<Draft>().Where(d => d.TaskId == taskId && d.ReviewerId == actor.ReviewerId)
                    .ExecuteUpdateAsync(set => set.SetProperty(d => d.ContentJson, contentJson).SetProperty(d => d.UpdatedAt, now), cancellation);
                if (rows == 0)
                {
                    db.Add(new Draft { TaskId = taskId, ReviewerId = actor.ReviewerId, ContentJson = contentJson, UpdatedAt = now });
                    await db.SaveChangesAsync(cancellation);
                }

                return true;
            },
            cancellation);
    }
}
