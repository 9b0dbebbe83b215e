using System.Security.Cryptography;
using System.Text;
using ReviewStudio.Core.Inference.Fusion;

namespace ReviewStudio.Core.Training.Fusion;

/// <summary>
/// Assigns examples to folds so that equal contents of one modality share a fold: a picture that is posted twice must not
/// be learnt from and predicted. No split keeps every modality apart at once, so there is one for each.
/// </summary>
internal static class FusionFolds
{
    /// <summary>The fold of each example, by its first content of the modality, or of its first part where it has none.</summary>
    public static int[] Assign(IReadOnlyList<FusionExample> examples, Modality modality, int folds, ulong seed) =>
        [.. examples.Select((example, i) =>
        {
            var part = Enumerable.Range(0, example.Parts.Count).FirstOrDefault(p => example.Parts[p].Modality == modality);
            var key = example.Contents.Count > part ? example.Contents[part] : $"#{i}";
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{key}"));
            return (int)(BitConverter.ToUInt32(hash) % (uint)folds);
        })];
}
