using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace ReviewStudio.Components.Controls;

/// <summary>A piece of text in a chart. A component of its own, because Razor keeps the tag of SVG text for itself.</summary>
public sealed class ChartText : ComponentBase
{
    [Parameter]
    public double X { get; set; }

    [Parameter]
    public double Y { get; set; }

    /// <summary>start, middle or end.</summary>
    [Parameter]
    public string Anchor { get; set; } = "start";

    [Parameter]
    public string? Colour { get; set; }

    [Parameter]
    public string Value { get; set; } = "";

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.OpenElement(0, "text");
        builder.AddAttribute(1, "x", X.ToString("0.##", CultureInfo.InvariantCulture));
        builder.AddAttribute(2, "y", Y.ToString("0.##", CultureInfo.InvariantCulture));
        builder.AddAttribute(3, "text-anchor", Anchor);
        if (Colour is not null)
        {
            builder.AddAttribute(4, "style", $"fill:{Colour};font-weight:600");
        }

        builder.AddContent(5, Value);
        builder.CloseElement();
    }
}
