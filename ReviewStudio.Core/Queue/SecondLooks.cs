using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ReviewStudio.Core.Queue;

/// <summary>
/// Which cases get a blind second verdict from another reviewer. The choice is made by the case's own id, before anything
/// is known of its content, so that agreement measured on these cases stands for all of the queue.
/// </summary>
public static class SecondLooks
{
    /// <summary>Whether the case belongs to the queue's share of second looks.</summary>
    public static bool Wants(ReviewQueue queue, ReviewCase reviewCase)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(reviewCase);
        return Draw(reviewCase.PublicId) < queue.SecondLookShare;
    }

    /// <summary>Uniform in [0, 1), independent of the audit draw of the same case.</summary>
    public static double Draw(Guid caseId)
    {
        Span<byte> salted = stackalloc byte[17];
        Span<byte> hash = stackalloc byte[32];
        caseId.TryWriteBytes(salted);
        salted[16] = (byte)'2';
        SHA256.HashData(salted, hash);
        return (BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) * (1.0 / (1UL << 53));
    }
}
