namespace ReviewStudio.Core.Training.External;

/// <summary>A training command from the configuration.</summary>
/// <param name="Command">The program: a path, or a name found on PATH. It is started directly, never through a shell.</param>
/// <param name="Arguments">Its arguments; <c>{snapshot}</c> and <c>{output}</c> stand for the snapshot folder and the ONNX file to write.</param>
public sealed record ExternalTrainerOptions(string Command, IReadOnlyList<string> Arguments)
{
    /// <summary>After this long the command and its children are killed.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Where it runs, or null for the snapshot folder.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>
    /// Variables it gets besides PATH, HOME, the locale and temporary folders. Nothing else is inherited: the
    /// server's own variables hold connection strings and keys.
    /// </summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
