using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Content.Import;

/// <summary>A review queue as an import sees it.</summary>
public sealed record ImportTarget(long QueueId, Guid PublicId, string Key, string Name, long PolicyId);

/// <summary>Finds the queues that can be imported into; the room that keeps queues implements it.</summary>
public interface IImportTargets
{
    /// <summary>The queue of the key, or null when there is none or it is archived.</summary>
    Task<ImportTarget?> FindAsync(StudioDbContext db, string key, CancellationToken cancellation);

    /// <summary>Queues in use, by name.</summary>
    Task<List<ImportTarget>> ListAsync(StudioDbContext db, CancellationToken cancellation);
}

/// <summary>Tells the language of a text; the room that has a detector implements it.</summary>
public interface ILanguageGuess
{
    /// <returns>A code as <see cref="Item.Language"/> holds it; <c>und</c> when undecided.</returns>
    string Guess(string text);
}
