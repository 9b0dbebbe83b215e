using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ReviewStudio.Core.Queue;

/// <summary>
/// Draws that a case's own id decides, before anything is known of its content: what is measured on the cases drawn
/// stands for all of the queue. Draws for different uses are independent of each other and of the audit draw.
/// </summary>
public static class CaseDraws
{
    /// <summary>Uniform in [0, 1): who is below the share gets a blind second look.</summary>
    public static double SecondLook(Guid caseId) => Uniform(caseId, (byte)'2', 0, 0);

    /// <summary>Uniform in [0, 1): who is below the share is judged by several.</summary>
    public static double Overlap(Guid caseId) => Uniform(caseId, (byte)'k', 0, 0);

    /// <summary>Uniform in [0, 1): below the share, a known answer is served to the reviewer in this task's place.</summary>
    /// <param name="taskId">The task that would be served.</param>
    /// <param name="reviewerId">To whom.</param>
    /// <param name="claim">The fencing token of the claim, so that the draw for one task is made anew each time.</param>
    public static double Gold(Guid taskId, long reviewerId, int claim) => Uniform(taskId, (byte)'g', reviewerId, claim);

    private static double Uniform(Guid id, byte use, long first, int second)
    {
        // Ids alone are hashed for the first two uses, as they always were: a draw must not change for a case that has had it.
        Span<byte> salted = stackalloc byte[29];
        Span<byte> hash = stackalloc byte[32];
        id.TryWriteBytes(salted);
        salted[16] = use;
        BinaryPrimitives.WriteInt64LittleEndian(salted[17..], first);
        BinaryPrimitives.WriteInt32LittleEndian(salted[25..], second);
        SHA256.HashData(first == 0 && second == 0 ? salted[..17] : salted, hash);
        return (BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) * (1.0 / (1UL << 53));
    }
}
