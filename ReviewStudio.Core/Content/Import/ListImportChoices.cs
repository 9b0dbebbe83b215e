using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Import.Reading;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Content.Import;

/// <summary>A queue that can be imported into, with the labels that its policy knows.</summary>
public sealed record ImportChoice(ImportTarget Target, string PolicyName, IReadOnlyList<LabelChoice> Labels);

/// <summary>A label of the policy version in force.</summary>
public sealed record LabelChoice(string Key, string Name);

/// <summary>The queues that can be imported into: those whose policy has a published version.</summary>
public sealed class ListImportChoices(Database database, PolicyBook policies, IImportTargets targets) : IUseCase
{
    public async Task<List<ImportChoice>> RunAsync(Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead, Roles.MLEngineer);
        var choices = new List<ImportChoice>();
        foreach (var target in await database.ReadAsync(db => targets.ListAsync(db, cancellation), cancellation))
        {
            if (await policies.InForceAsync(target.PolicyId, cancellation) is { } version)
            {
                choices.Add(new ImportChoice(target, version.Policy.Name, version.Labels.ConvertAll(l => new LabelChoice(l.Key, l.Name))));
            }
        }

        return choices;
    }
}

/// <summary>A value of a column and how often it was seen.</summary>
public sealed record ColumnValue(string Value, int Count);

/// <summary>Counts the values of a label column, for mapping them.</summary>
public sealed class CountColumnValues(StudioFolders folders) : IUseCase
{
    /// <summary>Rows looked at.</summary>
    public const int MostRows = 100_000;

    /// <summary>Different values told; a column with more is no label column.</summary>
    public const int MostValues = 40;

    /// <param name="relative">The file's path below the import folder.</param>
    /// <returns>The values that are not empty, the most frequent first.</returns>
    public async Task<List<ColumnValue>> RunAsync(string relative, string column, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead, Roles.MLEngineer);
        var path = ImportFiles.Resolve(folders, relative);
        await using var reader = await RowReaders.OpenAsync(path, Path.GetFileName(path), format: null, cancellation);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var rows = 0;
        await foreach (var row in reader.ReadAsync(cancellation))
        {
            var value = row[column].Trim();
            if (value.Length > 0 && (counts.Count < 10 * MostValues || counts.ContainsKey(value)))
            {
                counts[value] = counts.GetValueOrDefault(value) + 1;
            }

            if (++rows == MostRows)
            {
                break;
            }
        }

        return [.. counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).Take(MostValues).Select(c => new ColumnValue(c.Key, c.Value))];
    }
}
