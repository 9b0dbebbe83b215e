using ReviewStudio.Core.Review;

namespace ReviewStudio.Components.Pages.Review;

/// <summary>Note and marks that the reviewer has begun on the task on screen, and how much of them the server holds.</summary>
public sealed class BegunAnswer
{
    private WorkbenchDraft _saved = WorkbenchDraft.Empty;

    public string Note { get; set; } = "";

    /// <summary>
    /// What the note began with, and how often one began: the field is given the text once. Were it bound to
    /// <see cref="Note"/>, an answer of the server that comes late could put back what was typed meanwhile.
    /// </summary>
    public (string Note, int Times) Beginning { get; private set; } = ("", 0);

    public List<RationaleMark> Marks { get; } = [];

    public WorkbenchDraft Draft => new(Note, [.. Marks]);

    /// <summary>Whether the server does not hold all of it.</summary>
    public bool Changed => Draft.ToJson() != _saved.ToJson();

    /// <summary>Whether there is something, and the server holds it.</summary>
    public bool Kept => !Draft.IsEmpty && !Changed;

    /// <summary>Shows what the server holds of a task.</summary>
    public void Show(string? draftJson)
    {
        _saved = WorkbenchDraft.From(draftJson);
        Put(_saved);
    }

    /// <summary>Brings back what stood here before; the server does not hold it any more.</summary>
    public void Restore(WorkbenchDraft draft)
    {
        ArgumentNullException.ThrowIfNull(draft);
        _saved = WorkbenchDraft.Empty;
        Put(draft);
    }

    /// <summary>The server holds this much now.</summary>
    public void Saved(WorkbenchDraft draft) => _saved = draft;

    /// <summary>Marks a span as rationale, or unmarks what lies in it.</summary>
    public void Toggle(int part, int start, int end)
    {
        var within = Marks.RemoveAll(m => m.PartOrdinal == part && m.Start < end && m.End > start);
        if (within == 0)
        {
            Marks.Add(new RationaleMark(part, RationaleKind.Span, start, end));
        }
    }

    /// <summary>Marks a region or a stretch of a media part as rationale. One that cannot be is left out.</summary>
    public void Add(RationaleMark mark, TaskSheet sheet)
    {
        ArgumentNullException.ThrowIfNull(mark);
        ArgumentNullException.ThrowIfNull(sheet);
        var place = mark.Kind switch
        {
            RationaleKind.Box => mark is { Start: >= 0, End: <= 1, Top: >= 0, Bottom: <= 1 } && mark.Bottom > mark.Top,
            RationaleKind.TimeRange => mark.Start >= 0,
            _ => false,
        };
        if (place && mark.End > mark.Start && !Marks.Contains(mark) && sheet.Item.Parts.Exists(p => p.Ordinal == mark.PartOrdinal && p.BlobHash is not null))
        {
            Marks.Add(mark);
        }
    }

    /// <summary>Moves or sizes a mark. One that is no longer there, or cannot be where it was moved to, stays as it is.</summary>
    public void Replace(RationaleMark from, RationaleMark to, TaskSheet sheet)
    {
        var at = Marks.IndexOf(from);
        if (at < 0 || from == to)
        {
            return;
        }

        Marks.RemoveAt(at);
        var others = Marks.Count;
        Add(to, sheet);
        if (Marks.Count == others)
        {
            Marks.Insert(at, from);
        }
    }

    private void Put(WorkbenchDraft draft)
    {
        Note = draft.Note;
        Beginning = (draft.Note, Beginning.Times + 1);
        Marks.Clear();
        Marks.AddRange(draft.Marks);
    }
}
