using ReviewStudio.Core.Policies;

namespace ReviewStudio.Core.Content.Import;

/// <summary>Translates labels from a file's spelling to the keys of the policy version in force.</summary>
internal sealed class LabelSpelling
{
    private readonly Dictionary<string, string> _keys = new(StringComparer.OrdinalIgnoreCase);
    private readonly IReadOnlyDictionary<string, string> _map;
    private readonly string _policy;

    public LabelSpelling(PolicyVersion version, IReadOnlyDictionary<string, string> map)
    {
        _map = map;
        _policy = $"{version.Policy.Name} version {version.Number} ({string.Join(", ", version.Labels.Select(l => l.Key))})";
        foreach (var label in version.Labels)
        {
            _keys.TryAdd(label.Name, label.Key);
        }

        foreach (var label in version.Labels)
        {
            _keys[label.Key] = label.Key;
        }
    }

    /// <returns>The key, or null where the policy has no such label.</returns>
    public string? Find(string label) => _keys.GetValueOrDefault(_map.GetValueOrDefault(label, label));

    /// <summary>Why a label was not found, and what to do.</summary>
    public string Unknown(string label) =>
        _map.TryGetValue(label, out var mapped)
            ? $"'{label}' is mapped to '{mapped}', which is not a label of {_policy}. Map it to one of these."
            : $"'{label}' is not a label of {_policy}. Map it to one of these, or correct the row.";
}
