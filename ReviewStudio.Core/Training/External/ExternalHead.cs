using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Inference;

namespace ReviewStudio.Core.Training.External;

/// <summary>Looks at the file that an external trainer left before anything else does.</summary>
public static class ExternalHead
{
    /// <summary>Loads and tries out the file and compares its labels with the policy's.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="labelKeys">The policy's label keys; the head must know exactly these, in any order.</param>
    /// <returns>What the file says of itself.</returns>
    /// <exception cref="RefusedException"><c>trainer.bad-head</c>: it is no usable head, or one for other labels.</exception>
    public static HeadMetadata Validate(string path, IReadOnlyList<string> labelKeys)
    {
        HeadMetadata metadata;
        try
        {
            using var model = HeadModels.Load(path);
            metadata = model.Metadata;
        }
        catch (InvalidHeadException e)
        {
            throw new RefusedException("trainer.bad-head", $"The training command left a file that cannot serve. {e.Message}");
        }

        var unknown = metadata.Labels.Except(labelKeys, StringComparer.Ordinal).ToArray();
        var missing = labelKeys.Except(metadata.Labels, StringComparer.Ordinal).ToArray();
        if (unknown.Length + missing.Length > 0 || metadata.Labels.Count != labelKeys.Count)
        {
            throw new RefusedException(
                "trainer.bad-head",
                $"The training command left a head for the labels {string.Join(", ", metadata.Labels)}, but the policy has {string.Join(", ", labelKeys)}. Write exactly these into reviewstudio.labels.");
        }

        return metadata;
    }
}
