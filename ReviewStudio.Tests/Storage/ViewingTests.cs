using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Review;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

/// <summary>How reviewers chose to meet media is kept for each of them.</summary>
public sealed class ViewingTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Fact]
    public async Task Choice_is_kept_for_who_made_it_and_changes_in_place()
    {
        await using var studio = await TestStudio.StartAsync();
        var (ada, bo) = (new Actor(7, "Ada", new HashSet<string> { Roles.Moderator }), new Actor(8, "Bo", new HashSet<string> { Roles.Moderator }));
        await studio.Get<ChooseViewing>().RunAsync(new Viewing { Blur = BlurStrength.Light, Greyscale = false }, ada, Never);
        await studio.Get<ChooseViewing>().RunAsync(new Viewing { Blur = BlurStrength.None, Reveal = RevealManner.Region, ReviewerId = 8 }, ada, Never);

        var kept = await studio.Get<ReadViewing>().RunAsync(ada, Never);
        (kept.Blur, kept.Greyscale, kept.Reveal, kept.Muted).ShouldBe((BlurStrength.None, true, RevealManner.Region, true));
        var other = await studio.Get<ReadViewing>().RunAsync(bo, Never);
        (other.Blur, other.Greyscale, other.Reveal).ShouldBe((BlurStrength.Strong, true, RevealManner.Hold));
    }

    [Fact]
    public async Task Choice_that_does_not_exist_is_refused()
    {
        await using var studio = await TestStudio.StartAsync();
        (await Should.ThrowAsync<RefusedException>(() => studio.Get<ChooseViewing>().RunAsync(new Viewing { Blur = (BlurStrength)9 }, Actor.System, Never))).Code.ShouldBe("viewing.unknown");
    }
}
