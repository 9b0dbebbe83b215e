using System.Security.Cryptography;

namespace ReviewStudio.Core.Storage;

/// <summary>Secret keys of this installation, a file each below <c>keys</c> of the data folder, made when first asked for.</summary>
public static class InstallationKey
{
    /// <summary>Ties what is published to a secret, so that only who has the data folder can tell what it stands for.</summary>
    /// <returns>32 bytes.</returns>
    public static byte[] Of(StudioFolders folders, string name)
    {
        ArgumentNullException.ThrowIfNull(folders);
        var path = Path.Combine(folders.Root, "keys", name + ".key");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!File.Exists(path))
        {
            var made = path + $".{Guid.NewGuid():N}.tmp";
            File.WriteAllBytes(made, RandomNumberGenerator.GetBytes(32));
            try
            {
                File.Move(made, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(made);
            }
        }

        return File.ReadAllBytes(path);
    }
}
