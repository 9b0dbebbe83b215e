namespace ReviewStudio.Core.Storage;

/// <summary>The data folder and its parts. Everything that an installation keeps, beside its database, lies below it.</summary>
public sealed class StudioFolders
{
    /// <param name="root">The data folder; created when absent.</param>
    public StudioFolders(string root)
    {
        Root = Path.GetFullPath(root);
        Directory.CreateDirectory(Root);
    }

    public string Root { get; }

    /// <summary>ONNX encoders converted from their packages.</summary>
    public string Encoders => Part("encoders");

    /// <summary>Trained heads, one ONNX file each, named by hash.</summary>
    public string Heads => Part("heads");

    /// <summary>Snapshots, one folder each.</summary>
    public string Snapshots => Part("snapshots");

    /// <summary>Uploaded files that wait for their import, and reject files.</summary>
    public string Imports => Part("imports");

    /// <summary>Media and what was made of them, by hash.</summary>
    public string Blobs => Part("blobs");

    /// <summary>Files of work under way, such as a video that is looked at; may be emptied while nothing runs.</summary>
    public string Scratch => Part("scratch");

    private string Part(string name)
    {
        var path = Path.Combine(Root, name);
        Directory.CreateDirectory(path);
        return path;
    }
}
