using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Content.Media;

/// <summary>What is to happen when media were looked at: told while the job goes on, every few, and at its end.</summary>
public interface IMediaReady
{
    /// <param name="actor">Who set the job off.</param>
    Task AfterAsync(Actor actor, CancellationToken cancellation);
}

/// <summary>What else is kept of media that go.</summary>
public interface IMediaForgotten
{
    /// <summary>Deletes it in the caller's transaction.</summary>
    Task ForgetAsync(StudioDbContext db, string hash, CancellationToken cancellation);
}
