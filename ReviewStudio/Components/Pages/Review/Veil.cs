using ReviewStudio.Core.Inference.Media;
using ReviewStudio.Core.Review;

namespace ReviewStudio.Components.Pages.Review;

/// <summary>
/// The classes that blur and grey media. They are in the markup with the picture itself, so no picture is ever painted
/// before its veil; styles (media.css) cover everything within that shows pixels.
/// </summary>
internal static class Veil
{
    /// <summary>For all media of a severe policy; empty where they are shown as they are.</summary>
    public static string OfPolicy(bool severe, Viewing viewing) => severe ? Classes(viewing.Blur, viewing.Greyscale) : "";

    /// <summary>For one part on which faces were counted, where the reviewer asked for that. It blurs even where severe policies do not.</summary>
    public static string OfFaces(EncodedMedia? seen, Viewing viewing) =>
        viewing.BlurFaces && seen?.Faces > 0 ? Classes(viewing.Blur == BlurStrength.None ? BlurStrength.Strong : viewing.Blur, viewing.Greyscale) : "";

    /// <summary>How a blurred picture is shown, in words for the reviewer.</summary>
    public static string Words(RevealManner manner) => manner switch
    {
        RevealManner.Switch => "shows and hides them",
        RevealManner.Region => "held shows them; pointing shows one place",
        _ => "held shows them",
    };

    private static string Classes(BlurStrength blur, bool grey) =>
        (blur, grey) is (BlurStrength.None, false) ? "" : $"veiled blur-{blur.ToString().ToLowerInvariant()}{(grey ? " grey" : "")}";
}
