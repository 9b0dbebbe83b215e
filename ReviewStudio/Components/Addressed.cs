using System.Globalization;

namespace ReviewStudio.Components;

/// <summary>
/// Reads what an address says. Blazor ends a page whose typed query parameter does not parse, so pages take texts and read
/// them here: what cannot be read counts as not said.
/// </summary>
internal static class Addressed
{
    public static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static Guid? Id(string? text) => Guid.TryParse(text, out var id) ? id : null;

    public static bool? Flag(string? text) => bool.TryParse(text, out var flag) ? flag : null;
}
