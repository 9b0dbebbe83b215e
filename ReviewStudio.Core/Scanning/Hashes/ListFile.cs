using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Content.Media.Likeness;

namespace ReviewStudio.Core.Scanning.Hashes;

/// <summary>A file to put on a list; its bytes are not kept.</summary>
/// <param name="Alike">Also stops what looks the same, where it is a picture.</param>
/// <param name="MaxDistance">In how many of 256 bits the hash of such a picture may differ, 0 to 31.</param>
public sealed record FileToList(string List, Stream Content, string Name, bool Alike = true, int MaxDistance = PdqHash.Near);

/// <summary>Puts a file on a hash list: its SHA-256, and for a picture its perceptual hash.</summary>
public sealed class ListFile(MarkFile marks, ChangeHashes change) : IUseCase
{
    /// <exception cref="RefusedException">
    /// <c>picture.plain</c>: there is too little to see in it to tell it from others; what <see cref="ChangeHashes"/> and <see cref="MarkFile"/> refuse. Nothing was changed.
    /// </exception>
    public async Task<ChangedHashes> RunAsync(FileToList request, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead);
        var read = await marks.RunAsync(request.Content, TakeMedia.LongestImage, cancellation);
        var lines = new List<string> { read.Sha256 };
        if (request.Alike && read.Pictures.Count == 1)
        {
            // Frames of a video are left out: titles and empty scenes would stop what has nothing to do with it.
            if (read.Pictures[0].Quality < PdqHash.LeastQuality)
            {
                throw new RefusedException("picture.plain", $"There is too little to see in {request.Name} to tell it from other pictures. Put it on the list by its bytes alone.");
            }

            lines.Add("pdq:" + read.Pictures[0].Hash);
        }

        return await change.RunAsync(new HashChange(request.List, lines, MaxDistance: request.MaxDistance, Origin: $"file {request.Name}"), actor, cancellation);
    }
}
