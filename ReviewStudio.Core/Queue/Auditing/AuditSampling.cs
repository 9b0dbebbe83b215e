using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ReviewStudio.Core.Queue.Auditing;

/// <summary>
/// The known probabilities of the audit sample (law 5). π depends on what is known before the draw (stratum, and how
/// much of the day's budget earlier cases used), never on the draw itself, so weighting by 1/π stays unbiased.
/// </summary>
public static class AuditSampling
{
    /// <summary>Cases that no head has scored.</summary>
    public const string Unscored = "unscored";

    /// <summary>Copies of judged content that no head has scored and that take the label over unless they are drawn.</summary>
    public const string Repeated = "repeated";

    /// <summary>Cases that came with a label that is used. They are not drawn: they are no part of the traffic.</summary>
    public const string Imported = "imported";

    /// <summary>However full the day, π keeps this share of the queue's rate.</summary>
    private const double Floor = 0.05;

    /// <summary>The stratum of a prediction: what it would decide, and how sure it is of it.</summary>
    /// <param name="benignProbability">Probability of the benign label, in 0..1.</param>
    public static string Stratum(double benignProbability) => benignProbability switch
    {
        >= 0.9 => "benign-sure",
        >= 0.5 => "benign-unsure",
        >= 0.1 => "harm-unsure",
        _ => "harm-sure",
    };

    /// <summary>
    /// π for the next case. Strata that are rare and decide something get more: harm that the head is sure of is what
    /// would be acted on unseen, so its errors cost most.
    /// </summary>
    /// <param name="stratum">The case's stratum.</param>
    /// <param name="rate">The queue's audit rate, in (0, 1].</param>
    /// <param name="budget">Audit tasks wanted a day at most; 0 or more.</param>
    /// <param name="drawnToday">Cases that joined the sample today so far.</param>
    /// <returns>A probability in (0, 1].</returns>
    public static double Probability(string stratum, double rate, int budget, int drawnToday)
    {
        var weight = stratum switch
        {
            "harm-sure" => 4.0,
            "harm-unsure" => 2.0,
            "benign-unsure" => 1.5,
            _ => 1.0,
        };

        // The first half of the budget is spent freely; then π shrinks in proportion to what is left.
        var left = budget <= 0 ? 0 : Math.Max(0, budget - drawnToday) / (0.5 * budget);
        return Math.Min(1, rate * weight * Math.Clamp(left, Floor, 1));
    }

    /// <summary>A case's own random number, uniform in [0, 1), read from its random public id and kept with the case.</summary>
    public static double Draw(Guid publicId)
    {
        Span<byte> hash = stackalloc byte[32];
        Span<byte> id = stackalloc byte[16];
        publicId.TryWriteBytes(id);
        SHA256.HashData(id, hash);
        return (BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) * (1.0 / (1UL << 53));
    }
}
