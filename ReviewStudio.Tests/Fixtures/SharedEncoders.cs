using ReviewStudio.Core.Inference.Encoders;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>
/// Converted encoders of this build, made once for all data folders of the tests: converting takes a processor for
/// several seconds. <c>EncoderTests</c> convert into folders of their own.
/// </summary>
internal static class SharedEncoders
{
    /// <summary>Named by the build, so that a changed converter is tried by all.</summary>
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "converted", typeof(EncoderCatalog).Module.ModuleVersionId.ToString("N"));

    /// <summary>Makes the data folder where there is none and leads its encoders to the shared ones.</summary>
    public static string In(string dataFolder)
    {
        var link = Path.Combine(Directory.CreateDirectory(dataFolder).FullName, "encoders");
        if (!Directory.Exists(link))
        {
            Directory.CreateSymbolicLink(link, Directory.CreateDirectory(Folder).FullName);
        }

        return dataFolder;
    }
}
