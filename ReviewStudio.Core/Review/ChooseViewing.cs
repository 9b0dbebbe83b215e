using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Review;

/// <summary>Keeps how the actor wants to meet media; it holds from the next page on.</summary>
public sealed class ChooseViewing(Database database) : IUseCase
{
    /// <param name="choice">What is chosen; whose it is, the actor tells.</param>
    /// <exception cref="RefusedException"><c>viewing.unknown</c>: a value that is none of those to choose from.</exception>
    public Task RunAsync(Viewing choice, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(choice);
        ArgumentNullException.ThrowIfNull(actor);
        if (!Enum.IsDefined(choice.Blur) || !Enum.IsDefined(choice.Reveal))
        {
            throw new RefusedException("viewing.unknown", "This way of blurring or showing does not exist. Choose one of those that are offered.");
        }

        return database.WriteAsync(
            async db =>
            {
                await db.LockAsync($"viewing:{actor.ReviewerId}", LockKind.Exclusive, cancellation);
                var row = await db.Set<Viewing>().SingleOrDefaultAsync(v => v.ReviewerId == actor.ReviewerId, cancellation)
                    ?? db.Add(new Viewing { ReviewerId = actor.ReviewerId }).Entity;
                (row.Blur, row.Greyscale, row.BlurFaces) = (choice.Blur, choice.Greyscale, choice.BlurFaces);
                (row.Muted, row.Reveal) = (choice.Muted, choice.Reveal);
                await db.SaveChangesAsync(cancellation);
            },
            cancellation);
    }
}
