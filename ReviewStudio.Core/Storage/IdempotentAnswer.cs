using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.Logging;

namespace ReviewStudio.Core.Storage;

/// <summary>The answer to a request that may be repeated: kept for a day under the key that its caller chose.</summary>
public sealed class IdempotentAnswer
{
    public long Id { get; set; }

    /// <summary>Who asked: keys of different callers have nothing to do with each other.</summary>
    public string Caller { get; set; } = "";

    public string Key { get; set; } = "";

    /// <summary>SHA-256 of method, address and body, in lower-case hex.</summary>
    public string RequestHash { get; set; } = "";

    /// <summary>0 while the first request is being carried out.</summary>
    public int Status { get; set; }

    public string ContentType { get; set; } = "";

    public byte[] Body { get; set; } = [];

    public DateTime CreatedAt { get; set; }
}

internal sealed class IdempotentAnswerConfiguration : IEntityTypeConfiguration<IdempotentAnswer>
{
    public void Configure(EntityTypeBuilder<IdempotentAnswer> builder)
    {
        builder.HasKey(a => a.Id);
        builder.Property(a => a.Caller).HasMaxLength(128);
        builder.Property(a => a.Key).HasMaxLength(IdempotentAnswers.LongestKey);
        builder.Property(a => a.RequestHash).HasMaxLength(64);
        builder.Property(a => a.ContentType).HasMaxLength(128);
        builder.HasIndex(a => new { a.Caller, a.Key }).IsUnique();
        builder.HasIndex(a => a.CreatedAt);
    }
}

/// <summary>What is known of a key before its request is carried out.</summary>
public enum KeyState
{
    /// <summary>It is this request's turn: carry it out, then keep its answer.</summary>
    Begun,

    /// <summary>It was carried out: give the kept answer.</summary>
    Answered,

    /// <summary>The same request is being carried out at this moment.</summary>
    Running,

    /// <summary>The key was used for another request.</summary>
    Mismatch,
}

/// <summary>Keeps answers by idempotency key, so that a request which is sent again is carried out once.</summary>
public sealed class IdempotentAnswers(Database database, TimeProvider clock, ILogger<IdempotentAnswers> log) : IUseCase
{
    /// <summary>Most characters of a key.</summary>
    public const int LongestKey = 200;

    /// <summary>The largest answer that is kept, in bytes.</summary>
    public const int LargestBody = 1 << 20;

    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    // A request that has not been answered for this long was cut off by a crash: the next one takes its place.
    private static readonly TimeSpan CutOff = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan BetweenCleanings = TimeSpan.FromMinutes(10);

    private long _cleaned;

    /// <returns>Whose turn it is, and the kept answer if there is one.</returns>
    public async Task<(KeyState State, IdempotentAnswer Answer)> BeginAsync(string caller, string key, string requestHash, CancellationToken cancellation)
    {
        await CleanAsync(cancellation);
        var now = clock.Instant();
        return await database.WriteAsync(
            async db =>
            {
                await db.LockAsync($"idempotency:{caller}:{key}", LockKind.Exclusive, cancellation);
                var known = await db.Set<IdempotentAnswer>().SingleOrDefaultAsync(a => a.Caller == caller && a.Key == key, cancellation);
                if (known is not null && now - known.CreatedAt > (known.Status == 0 ? CutOff : Kept))
                {
                    db.Remove(known);
                    await db.SaveChangesAsync(cancellation);
                    known = null;
                }

                if (known is not null)
                {
                    return (known.RequestHash != requestHash ? KeyState.Mismatch : known.Status == 0 ? KeyState.Running : KeyState.Answered, known);
                }

                var begun = new IdempotentAnswer { Caller = caller, Key = key, RequestHash = requestHash, CreatedAt = now };
                db.Add(begun);
                await db.SaveChangesAsync(cancellation);
                return (KeyState.Begun, begun);
            },
            cancellation);
    }

    /// <summary>Keeps the answer; one that tells of a fault here, or is too large, is not kept: the request may be sent again.</summary>
    public Task EndAsync(IdempotentAnswer begun, int status, string contentType, byte[] body)
    {
        ArgumentNullException.ThrowIfNull(begun);
        ArgumentNullException.ThrowIfNull(body);
        var mine = (StudioDbContext db) => db.Set<IdempotentAnswer>().Where(a => a.Id == begun.Id);
        return database.WriteAsync(
            db => status >= 500 || status == 429 || body.Length > LargestBody
                ? mine(db).ExecuteDeleteAsync()
                : mine(db).ExecuteUpdateAsync(set => set.SetProperty(a => a.Status, status).SetProperty(a => a.ContentType, contentType).SetProperty(a => a.Body, body)),
            CancellationToken.None);
    }

    private async Task CleanAsync(CancellationToken cancellation)
    {
        var last = Interlocked.Read(ref _cleaned);
        if ((last != 0 && clock.GetElapsedTime(last) < BetweenCleanings) || Interlocked.CompareExchange(ref _cleaned, clock.GetTimestamp(), last) != last)
        {
            return;
        }

        var old = clock.Instant() - Kept;
        var gone = await database.WriteAsync(db => db.Set<IdempotentAnswer>().Where(a => a.CreatedAt < old).ExecuteDeleteAsync(cancellation), cancellation);
        if (gone > 0)
        {
            log.LogInformation("{Count} answers by idempotency key were older than a day and have gone", gone);
        }
    }
}
