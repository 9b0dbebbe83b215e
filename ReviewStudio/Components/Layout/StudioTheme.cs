using MudBlazor;

namespace ReviewStudio.Components.Layout;

/// <summary>The component library in our colours; the same values stand as variables in studio.css.</summary>
public static class StudioTheme
{
    private static readonly string[] Fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#4b45c6",
            Background = "#f6f6f8",
            Surface = "#ffffff",
            TextPrimary = "#1b1c22",
            TextSecondary = "#5a5d6b",
            LinesDefault = "#dcdde3",
            Divider = "#dcdde3",
            Success = "#1b7a43",
            Warning = "#8a5a00",
            Error = "#b3261e",
            Info = "#1f5fa8",
            AppbarBackground = "#ffffff",
            AppbarText = "#1b1c22",
            ActionDefault = "#5a5d6b",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#a9a5ff",
            PrimaryContrastText = "#16161d",
            Background = "#141519",
            Surface = "#1d1e24",
            TextPrimary = "#ececf1",
            TextSecondary = "#a6a9b8",
            LinesDefault = "#34363f",
            Divider = "#34363f",
            Success = "#6cc793",
            Warning = "#e0b050",
            Error = "#ff8a80",
            Info = "#86b8f5",
            AppbarBackground = "#1d1e24",
            AppbarText = "#ececf1",
            ActionDefault = "#a6a9b8",
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "6px" },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Fonts, FontSize = "14px", LineHeight = "1.5", LetterSpacing = "normal" },
            Body1 = new Body1Typography { FontFamily = Fonts, FontSize = "14px", LetterSpacing = "normal" },
            Body2 = new Body2Typography { FontFamily = Fonts, FontSize = "13px", LetterSpacing = "normal" },
            Button = new ButtonTypography { FontFamily = Fonts, FontSize = "13px", TextTransform = "none", FontWeight = "600", LetterSpacing = "normal" },
        },
    };
}
