namespace ReviewStudio.Components.Pages.Agreement;

/// <summary>What the colour of a cell says.</summary>
public enum HeatKind
{
    Bad,
    Good,
}

/// <summary>A cell of a heat map.</summary>
/// <param name="Text">The number in it.</param>
/// <param name="Strength">How strong its colour is, 0 to 1.</param>
/// <param name="Title">The whole of it in words.</param>
/// <param name="Opens">Whether there are cases behind it to open.</param>
public sealed record HeatCell(string Text, double Strength, HeatKind Kind, string Title, bool Opens);
