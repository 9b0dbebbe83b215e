using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ReviewStudio.Core.Datasets;

/// <summary>Splits by hashing, so that an item is in the same split in every snapshot: 80 % train, 10 % validation, 10 % test.</summary>
public static class StableSplit
{
    /// <summary>The splits that there are.</summary>
    internal static readonly string[] Names = ["train", "validation", "test"];

    public static string Of(string source, string externalId) => Share(source, externalId, "split") switch
    {
        < 0.8 => "train",
        < 0.9 => "validation",
        _ => "test",
    };

    /// <summary>A number in [0, 1) that depends on the item and on what it is used for, and on nothing else.</summary>
    public static double Share(string source, string externalId, string use)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{use}\n{source}\n{externalId}"));
        return (BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) * (1.0 / (1UL << 53));
    }
}
