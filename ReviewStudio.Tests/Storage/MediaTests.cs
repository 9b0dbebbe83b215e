using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage.Blobs;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class MediaTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Theory]
    [MemberData(nameof(MediaFiles.Types), MemberType = typeof(MediaFiles))]
    public async Task Each_kind_is_told_by_its_bytes_and_made_fit_to_be_seen(string type)
    {
        await using var studio = await TestStudio.StartAsync();
        var probe = await LookAsync(studio, MediaFiles.Make(type));

        (probe.MediaType, probe.State, probe.Problem).ShouldBe((type, ProbeState.Ready, null));
        var modality = MediaFormat.Of(type).Modality;
        probe.ViewType.ShouldBeOneOf("image/jpeg", "image/png", "image/webp", "audio/wav", "audio/mpeg", "audio/ogg", "audio/flac", "audio/mp4", "video/mp4", "video/webm");
        (probe.ThumbnailHash is not null).ShouldBe(modality != Modality.Audio);
        (probe.SheetHash is not null).ShouldBe(modality == Modality.Video);
        (probe.PeaksHash is not null).ShouldBe(modality != Modality.Image);
        if (modality == Modality.Image)
        {
            (probe.Width, probe.Height).ShouldBe((64, 48));
        }
        else
        {
            probe.Duration!.Value.ShouldBe(modality == Modality.Audio ? 1 : 2, 0.2);
            var peaks = JsonSerializer.Deserialize<double[]>(await BytesAsync(studio, probe.PeaksHash!))!;
            peaks.Length.ShouldBeGreaterThan(40);
            peaks.Max().ShouldBeInRange(0.05, 1);
        }
    }

    [Fact]
    public async Task Contact_sheet_tells_when_each_of_its_pictures_is_seen()
    {
        await using var studio = await TestStudio.StartAsync();
        var probe = await LookAsync(studio, MediaFiles.NumberedFrames());
        var numbers = MediaFiles.NumbersOf(await BytesAsync(studio, probe.SheetHash!), MakeDerivatives.SheetFrames);

        probe.FrameRate.ShouldBe(25);
        for (var i = 0; i < MakeDerivatives.SheetFrames; i++)
        {
            Math.Floor(MakeDerivatives.SheetTime(i, probe.Duration!.Value, 25) * 25).ShouldBe(numbers[i], 1.5, $"picture {i}");
        }
    }

    [Fact]
    public async Task Photo_held_sideways_is_shown_upright_and_without_its_place()
    {
        await using var studio = await TestStudio.StartAsync();
        var photo = MediaFiles.JpegWithPlace();
        Encoding.Latin1.GetString(photo).ShouldContain("Exif");
        var probe = await LookAsync(studio, photo);

        (probe.Orientation, probe.Width, probe.Height).ShouldBe((6, 48, 64));
        var seen = await BytesAsync(studio, probe.ViewHash!);
        Encoding.Latin1.GetString(seen).ShouldNotContain("Exif");
        PixelSize.Read(MediaFormat.Jpeg, seen).ShouldBe((48, 64));
    }

    [Fact]
    public async Task Without_ffmpeg_a_photo_is_shown_stripped_and_a_video_says_what_is_missing()
    {
        await using var studio = await TestStudio.StartAsync(services => services.Configure<MediaOptions>(o => o.UseFfmpeg = false));
        var photo = await LookAsync(studio, MediaFiles.JpegWithPlace());
        var seen = Encoding.Latin1.GetString(await BytesAsync(studio, photo.ViewHash!));
        seen.ShouldNotContain(MediaFiles.Secret);
        ExifOrientation.Read(Encoding.Latin1.GetBytes(seen)).ShouldBe(6);
        photo.Problem!.ShouldContain("apt-get install ffmpeg");

        var video = await LookAsync(studio, MediaFiles.Make("video/mp4"));
        (video.State, video.ViewHash).ShouldBe((ProbeState.Limited, null));
        video.Problem!.ShouldContain("apt-get install ffmpeg");

        (await LookAsync(studio, MediaFiles.Make("audio/wav"))).ViewType.ShouldBe("audio/wav");
    }

    [Fact]
    public async Task Item_of_text_and_media_joins_the_lane_of_its_modalities_and_can_be_claimed()
    {
        await using var studio = await TestStudio.StartAsync();
        var queue = await studio.QueueAsync("media", ["ok", "violation"]);
        var taken = await studio.Get<TakeMedia>().RunAsync(new MemoryStream(MediaFiles.Make("image/png")), Actor.System, Never);
        await studio.Get<AddItems>().RunAsync(new NewItems("media", "test", [new NewItem("1", null, Parts: [new NewPart("See this"), new NewPart(Media: taken.Hash)]), new NewItem("2", null, Parts: [new NewPart(Media: taken.Hash)])]), Actor.System, Never);

        var items = await studio.Database.ReadAsync(db => db.Set<Item>().Include(i => i.Parts).OrderBy(i => i.Id).ToListAsync(), Never);
        items.ConvertAll(i => i.Modality).ShouldBe(["image+text", "image"]);
        items[0].Parts.ConvertAll(p => (p.Ordinal, p.Modality, p.MediaType)).ShouldBe([(0, Modality.Text, null), (1, Modality.Image, "image/png")], ignoreOrder: true);
        (await studio.Database.ReadAsync(db => db.Set<ReviewTask>().CountAsync(), Never)).ShouldBe(2);
        queue.ShouldNotBeNull();
    }

    [Fact]
    public async Task Media_that_were_never_sent_cannot_become_a_part()
    {
        await using var studio = await TestStudio.StartAsync();
        await studio.QueueAsync("media", ["ok", "violation"]);
        var item = new NewItem("1", null, Parts: [new NewPart(Media: new string('a', 64))]);

        (await Should.ThrowAsync<RefusedException>(() => studio.Get<AddItems>().RunAsync(new NewItems("media", "test", [item]), Actor.System, Never))).Code.ShouldBe("media.unknown");
    }

    [Fact]
    public async Task Media_that_became_no_part_of_an_item_are_forgotten_after_a_day_and_others_stay()
    {
        await using var studio = await TestStudio.StartAsync();
        await studio.QueueAsync("media", ["ok", "violation"]);
        var held = await studio.Get<TakeMedia>().RunAsync(new MemoryStream(MediaFiles.Make("image/png")), Actor.System, Never);
        var unheld = await studio.Get<TakeMedia>().RunAsync(new MemoryStream(MediaFiles.Make("audio/wav")), Actor.System, Never);
        await studio.Get<AddItems>().RunAsync(new NewItems("media", "test", [new NewItem("1", null, Parts: [new NewPart(Media: held.Hash)])]), Actor.System, Never);

        studio.Clock.Advance(SweepMedia.Grace / 2);
        var since = await studio.Get<SweepMedia>().RunAsync(null, Never);
        await HoldsAsync(held.Hash, unheld.Hash);
        await studio.Get<TakeMedia>().RunAsync(new MemoryStream(MediaFiles.Make("audio/wav")), Actor.System, Never);
        studio.Clock.Advance(SweepMedia.Grace * 0.75);
        since = await studio.Get<SweepMedia>().RunAsync(since, Never);
        await HoldsAsync(held.Hash, unheld.Hash);
        studio.Clock.Advance(SweepMedia.Grace / 2);
        await studio.Get<SweepMedia>().RunAsync(since, Never);
        await HoldsAsync(held.Hash);
        (await studio.Get<IBlobStore>().ExistsAsync(unheld.Hash, Never)).ShouldBeFalse();

        async Task HoldsAsync(params string[] hashes) =>
            (await studio.Database.ReadAsync(db => db.Set<MediaProbe>().Select(p => p.Hash).ToListAsync(), Never)).ShouldBe(hashes, ignoreOrder: true);
    }

    internal static async Task<MediaProbe> LookAsync(TestStudio studio, byte[] bytes)
    {
        var taken = await studio.Get<TakeMedia>().RunAsync(new MemoryStream(bytes), Actor.System, Never);
        await studio.Get<LookAtMedia>().RunAsync(Actor.System, Never);
        await studio.Get<RunBackgroundJob>().RunAsync(studio.Dispatcher.Ids[^1], Never);
        return await studio.Database.ReadAsync(db => db.Set<MediaProbe>().SingleAsync(p => p.Hash == taken.Hash), Never);
    }

    internal static async Task<byte[]> BytesAsync(TestStudio studio, string hash)
    {
        await using var blob = await studio.Get<IBlobStore>().OpenAsync(hash, Never);
        using var read = new MemoryStream();
        await blob!.CopyToAsync(read);
        return read.ToArray();
    }
}
