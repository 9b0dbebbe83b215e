using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace ReviewStudio.Core.Inference.Encoders;

/// <summary>
/// Keeps converted encoders: converts a package once, remembers the hashes of source and result beside it, and converts
/// again when either no longer fits.
/// </summary>
internal sealed class EncoderFiles(string folder, ILogger log)
{
    /// <summary>The converted file of a package folder.</summary>
    /// <returns>Its path and SHA-256.</returns>
    public (string Path, string Hash) Ensure(string name, string packageFolder, Func<string, byte[]> convert)
    {
        var source = HashFolder(packageFolder);
        var path = Path.Combine(folder, $"{name}-{source[..12]}.onnx");
        var note = path + ".sha256";
        if (File.Exists(path) && File.Exists(note))
        {
            var hash = HashFile(path);
            if (string.Equals(hash, File.ReadAllText(note).Trim(), StringComparison.Ordinal))
            {
                return (path, hash);
            }

            log.LogWarning("The converted encoder {Path} does not match its hash and is made anew", path);
        }

        var bytes = convert(packageFolder);
        var made = Convert.ToHexStringLower(SHA256.HashData(bytes));
        WriteAtomically(path, bytes);
        WriteAtomically(note, System.Text.Encoding.ASCII.GetBytes(made));
        log.LogInformation("Converted encoder {Name} to {Path}, SHA-256 {Hash}", name, path, made);
        return (path, made);
    }

    private static void WriteAtomically(string path, byte[] bytes)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        File.WriteAllBytes(temporary, bytes);
        File.Move(temporary, path, overwrite: true);
    }

    private static string HashFolder(string packageFolder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Directory.EnumerateFiles(packageFolder).Order(StringComparer.Ordinal))
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(Path.GetFileName(file)));
            hash.AppendData(File.ReadAllBytes(file));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string HashFile(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
