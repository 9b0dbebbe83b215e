using ReviewStudio.Components.Pages.Review;
using ReviewStudio.Core.Inference.Media;
using ReviewStudio.Core.Review;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Components;

/// <summary>Which veil lies over which media for whom.</summary>
public sealed class VeilTests
{
    [Fact]
    public void Severe_policy_veils_strongly_and_grey_until_the_reviewer_chose_otherwise()
    {
        Veil.OfPolicy(severe: true, new Viewing()).ShouldBe("veiled blur-strong grey");
        Veil.OfPolicy(severe: true, new Viewing { Blur = BlurStrength.Light, Greyscale = false }).ShouldBe("veiled blur-light");
        Veil.OfPolicy(severe: true, new Viewing { Blur = BlurStrength.None }).ShouldBe("veiled blur-none grey");
        Veil.OfPolicy(severe: true, new Viewing { Blur = BlurStrength.None, Greyscale = false }).ShouldBeEmpty();
        Veil.OfPolicy(severe: false, new Viewing()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null, true, "")]
    [InlineData(0, true, "")]
    [InlineData(2, false, "")]
    [InlineData(2, true, "veiled blur-strong grey")]
    public void Faces_are_veiled_where_they_were_counted_and_the_reviewer_asked_for_it(int? faces, bool asked, string veil) =>
        Veil.OfFaces(faces is null ? null : new EncodedMedia { Faces = faces }, new Viewing { BlurFaces = asked }).ShouldBe(veil);

    [Fact]
    public void Faces_are_blurred_even_by_who_blurs_nothing_else() =>
        Veil.OfFaces(new EncodedMedia { Faces = 1 }, new Viewing { BlurFaces = true, Blur = BlurStrength.None, Greyscale = false }).ShouldBe("veiled blur-strong");
}
