using ReviewStudio.Core.Policies;

namespace ReviewStudio.Components.Pages.Policies;

/// <summary>The choices that a person makes before publishing: one a label of the version in force.</summary>
public sealed class PublishState
{
    private static readonly PublicationValidator Validator = new();

    private readonly string[] _newKeys;

    public PublishState(VersionDetails? inForce, VersionDetails draft, PolicyUse use)
    {
        Use = use;
        Draft = draft;
        _newKeys = [.. draft.Content.Labels.Select(l => l.Key)];
        var old = inForce?.Content.Labels ?? [];
        var suggested = PublicationValidator.Suggest(old.Select(l => l.Key), _newKeys).ToDictionary(m => m.From, StringComparer.Ordinal);
        Rows = [.. old.Select(l => new MappingRow(l, use.Labelled.GetValueOrDefault(l.Key), suggested.GetValueOrDefault(l.Key)))];
    }

    public VersionDetails Draft { get; }

    public PolicyUse Use { get; }

    public IReadOnlyList<MappingRow> Rows { get; }

    public PendingCases Pending { get; set; } = PendingCases.Move;

    /// <summary>Rows that still need a choice.</summary>
    public int Undecided => Rows.Count(r => !r.Decided);

    /// <summary>Stored labels that will change their key.</summary>
    public int Carried => Rows.Where(r => r.Kind != LabelMappingKind.ReReview && r.To is not null && r.To != r.Old.Key).Sum(r => r.Stored);

    /// <summary>Stored labels that will be withdrawn.</summary>
    public int Withdrawn => Rows.Where(r => r.Kind == LabelMappingKind.ReReview).Sum(r => r.Stored);

    public IReadOnlyList<MappingChoice> Map => [.. Rows.Where(r => r.Kind is not null).Select(r => new MappingChoice(r.Old.Key, r.Kind!.Value, r.To))];

    /// <summary>What is wrong with the choices, in the validator's words.</summary>
    public IReadOnlyList<string> Problems() =>
        [.. Validator.Validate(new PublicationMap([.. Rows.Select(r => r.Old.Key)], _newKeys, Map)).Errors.Select(e => e.ErrorMessage)];
}

/// <summary>A label of the version in force and what is to become of it.</summary>
public sealed class MappingRow
{
    public MappingRow(LabelContent old, int stored, MappingChoice? suggested)
    {
        Old = old;
        Stored = stored;
        Kind = suggested?.Kind;
        To = suggested?.To;
    }

    public LabelContent Old { get; }

    /// <summary>Cases that stand at this label.</summary>
    public int Stored { get; }

    public LabelMappingKind? Kind { get; private set; }

    public string? To { get; set; }

    /// <summary>Nothing is left to choose.</summary>
    public bool Decided => Kind == LabelMappingKind.ReReview || (Kind is not null && To is not null);

    public void Choose(LabelMappingKind? kind)
    {
        Kind = kind;
        if (kind is null or LabelMappingKind.ReReview)
        {
            To = null;
        }
    }
}
