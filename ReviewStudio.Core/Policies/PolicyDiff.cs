namespace ReviewStudio.Core.Policies;

/// <summary>What one edition changes against another.</summary>
/// <param name="Labels">Labels that came, went or changed, in the order of the newer edition; those that went come last.</param>
/// <param name="Guidance">The general guidance line by line; empty when it is the same.</param>
public sealed record PolicyDiff(IReadOnlyList<LabelDiff> Labels, IReadOnlyList<DiffLine> Guidance)
{
    public bool Empty => Labels.Count == 0 && Guidance.Count == 0;

    /// <summary>Compares two contents; labels are matched by key.</summary>
    public static PolicyDiff Between(PolicyContent before, PolicyContent after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var labels = new List<LabelDiff>();
        for (var i = 0; i < after.Labels.Count; i++)
        {
            var label = after.Labels[i];
            var old = before.Labels.Find(l => Same(l.Key, label.Key));
            if (old is null)
            {
                labels.Add(new LabelDiff(label.Key, label.Name, DiffKind.Added, [], []));
                continue;
            }

            var fields = Fields(old, label);
            var guidance = Lines(old.Guidance, label.Guidance);
            if (fields.Count + guidance.Count > 0)
            {
                labels.Add(new LabelDiff(label.Key, label.Name, DiffKind.Changed, fields, guidance));
            }
        }

        labels.AddRange(before.Labels.Where(l => !after.Labels.Exists(a => Same(a.Key, l.Key)))
            .Select(l => new LabelDiff(l.Key, l.Name, DiffKind.Removed, [], [])));
        return new PolicyDiff(labels, Lines(before.Guidance, after.Guidance));
    }

    private static List<FieldDiff> Fields(LabelContent before, LabelContent after)
    {
        var fields = new List<FieldDiff>();
        Add("name", before.Name, after.Name);
        Add("severity", Severities.Word(before.Severity), Severities.Word(after.Severity));
        Add("hot-key", Shown(before.HotKey), Shown(after.HotKey));
        Add("colour", before.Colour, after.Colour);
        Add("benign", before.Benign ? "yes" : "no", after.Benign ? "yes" : "no");
        return fields;

        void Add(string field, string old, string now)
        {
            if (!string.Equals(old, now, StringComparison.OrdinalIgnoreCase) || (field == "name" && !Same(old, now)))
            {
                fields.Add(new FieldDiff(field, old, now));
            }
        }

        static string Shown(string key) => key.Length == 0 ? "none" : key.ToUpperInvariant();
    }

    /// <summary>A line diff by longest common subsequence; texts too different to be worth it are shown as replaced.</summary>
    private static List<DiffLine> Lines(string before, string after)
    {
        var old = Split(before);
        var now = Split(after);
        if (old.SequenceEqual(now, StringComparer.Ordinal))
        {
            return [];
        }

        var head = 0;
        while (head < old.Length && head < now.Length && Same(old[head], now[head]))
        {
            head++;
        }

        var tail = 0;
        while (tail < old.Length - head && tail < now.Length - head && Same(old[^(tail + 1)], now[^(tail + 1)]))
        {
            tail++;
        }

        var lines = old[..head].Select(l => new DiffLine(DiffKind.Same, l)).ToList();
        Middle(lines, old[head..^tail], now[head..^tail]);
        lines.AddRange(old[^tail..].Select(l => new DiffLine(DiffKind.Same, l)));
        return lines;
    }

    private static void Middle(List<DiffLine> lines, string[] old, string[] now)
    {
        const int LargestTable = 1_000_000;
        if ((long)old.Length * now.Length > LargestTable)
        {
            lines.AddRange(old.Select(l => new DiffLine(DiffKind.Removed, l)));
            lines.AddRange(now.Select(l => new DiffLine(DiffKind.Added, l)));
            return;
        }

        var common = new int[old.Length + 1, now.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = now.Length - 1; j >= 0; j--)
            {
                common[i, j] = Same(old[i], now[j]) ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        for (int i = 0, j = 0; i < old.Length || j < now.Length;)
        {
            if (i < old.Length && j < now.Length && Same(old[i], now[j]))
            {
                lines.Add(new DiffLine(DiffKind.Same, old[i]));
                i++;
                j++;
            }
            else if (i < old.Length && (j == now.Length || common[i + 1, j] >= common[i, j + 1]))
            {
                lines.Add(new DiffLine(DiffKind.Removed, old[i++]));
            }
            else
            {
                lines.Add(new DiffLine(DiffKind.Added, now[j++]));
            }
        }
    }

    private static string[] Split(string text) => text.Length == 0 ? [] : text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.Ordinal);
}

public enum DiffKind
{
    Same,
    Added,
    Removed,
    Changed,
}

/// <summary>A line of guidance that stayed, came or went.</summary>
public sealed record DiffLine(DiffKind Kind, string Text);

/// <summary>A label that came, went or changed.</summary>
public sealed record LabelDiff(string Key, string Name, DiffKind Kind, IReadOnlyList<FieldDiff> Fields, IReadOnlyList<DiffLine> Guidance);

/// <summary>A value of a label that changed.</summary>
public sealed record FieldDiff(string Field, string Before, string After);
