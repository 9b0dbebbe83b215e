using ReviewStudio.Core.Content.Media;

namespace ReviewStudio.Hosting.Checks;

/// <summary>Whether media can be looked at and made fit for browsers.</summary>
internal sealed class MediaCheck(MediaTools tools) : ISystemCheck
{
    public int Order => 32;

    public Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Finding>>(
    [
        tools.Available
            ? new Finding("ffmpeg", Health.Ok, "Images, sound and video are probed, stripped of their place and made playable.")
            : new Finding("ffmpeg", Health.Warning, "Missing; reviewers see only what browsers show as it came, without waveforms, contact sheets and thumbnails.", MediaTools.HowToGet),
    ]);
}
