using ReviewStudio.Core.Review;

namespace ReviewStudio.Components.Pages.Review;

/// <summary>A selection as the browser tells it.</summary>
public sealed record SelectedSpan(int Part, int Start, int End);

/// <summary>A region or a stretch as the browser tells it.</summary>
public sealed record MediaMark(int PartOrdinal, string Kind, double Start, double End, double Top, double Bottom)
{
    /// <returns>Null where its kind is none.</returns>
    public RationaleMark? Read() => Enum.TryParse<RationaleKind>(Kind, out var kind) ? new RationaleMark(PartOrdinal, kind, Start, End, Top, Bottom) : null;
}
