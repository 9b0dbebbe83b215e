using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage.Blobs;

namespace ReviewStudio.Core.Content.Media;

/// <summary>
/// Files that are made of one input, in a folder of their own: they are asked for one by one and made by one run of
/// ffmpeg, which decodes once for all of them.
/// </summary>
internal sealed class Derivatives(MediaTools tools, IBlobStore blobs, string folder, string input, MediaFormat format)
{
    private readonly List<string[]> _outputs = [];

    public MediaFormat Format => format;

    /// <summary>Asks for a file.</summary>
    /// <param name="name">How it ends tells ffmpeg what it is, unless the options say so.</param>
    /// <returns>Where it will lie.</returns>
    public string File(string name, params string[] options)
    {
        var path = Path.Combine(folder, name);
        _outputs.Add([.. options, path]);
        return path;
    }

    /// <summary>Makes what was asked for since the last run.</summary>
    /// <param name="before">Options of the input.</param>
    /// <param name="pipe">Options of what is read as it is made; empty for none.</param>
    /// <param name="read">Reads it.</param>
    /// <exception cref="RefusedException"><c>media.damaged</c> or <c>media.slow</c>.</exception>
    public async Task RunAsync(string[] before, string[] pipe, Func<Stream, CancellationToken, Task>? read, CancellationToken stop)
    {
        string[][] outputs = pipe.Length == 0 ? [.. _outputs] : [.. _outputs, [.. pipe, "-"]];
        _outputs.Clear();
        await tools.RunAsync(input, format, before, outputs, stop, pipe.Length == 0 ? null : read);
    }

    /// <summary>Keeps a file that was made.</summary>
    /// <returns>Its hash.</returns>
    /// <exception cref="RefusedException"><c>media.damaged</c>: nothing has come of it.</exception>
    public async Task<string> KeepAsync(string path, CancellationToken stop)
    {
        if (new FileInfo(path) is not { Exists: true, Length: > 0 })
        {
            throw new RefusedException("media.damaged", $"This {format.Name} file is damaged or not complete: nothing in it can be decoded. Send it again.");
        }

        await using var file = System.IO.File.OpenRead(path);
        return (await blobs.SaveAsync(file, TakeMedia.Longest, stop)).Hash;
    }
}
