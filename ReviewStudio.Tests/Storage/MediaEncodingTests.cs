using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Datasets.Erasure;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Encoders;
using ReviewStudio.Core.Inference.Encoders.Images;
using ReviewStudio.Core.Inference.Media;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using SkiaSharp;
using Xunit;

namespace ReviewStudio.Tests.Storage;

/// <summary>What the encoders see in media is computed once, by a job, and kept.</summary>
public sealed class MediaEncodingTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Fact]
    public async Task Picture_is_kept_as_the_encoder_sees_it_and_not_encoded_twice()
    {
        await using var studio = await TestStudio.StartAsync();
        var encoder = Encoders.Needed(studio.Get<EncoderCatalog>().Images);
        var file = await File.ReadAllBytesAsync(Encoders.Data("images", "sign-digits", "7", "img_5050.jpg"), Never);
        var hash = await TakeAsync(studio, file);
        await studio.EncodeMediaAsync();

        var kept = (await studio.Get<MediaVectors>().ImagesAsync([hash], Never))[hash];
        using var decoded = StillImage.Decode(file);
        var direct = encoder.Encode([decoded])[0];
        Cosine(kept.Features, direct.Features).ShouldBeGreaterThan(0.995);
        Cosine(kept.Layout, direct.Layout).ShouldBeGreaterThan(0.995);
        (await RowAsync(studio, hash)).NotLookedAt.ShouldBeEmpty();

        var jobs = studio.Dispatcher.Ids.Count;
        await studio.Get<EncodeMedia>().RunAsync(Actor.System, Never);
        studio.Dispatcher.Ids.Count.ShouldBe(jobs);
    }

    [Fact]
    public async Task Text_on_a_picture_is_read_and_kept_as_a_text()
    {
        Assert.SkipUnless(WrittenPictures.HasFonts, "the fonts of the pictures are not here");
        await using var studio = await TestStudio.StartAsync();
        Encoders.Needed(studio.Get<EncoderCatalog>().PictureText);
        var photo = await File.ReadAllBytesAsync(Encoders.Data("images", "sign-digits", "7", "img_5050.jpg"), Never);
        var hash = await TakeAsync(studio, Png(WrittenPictures.Draw("Nobody may park here on Sunday", photo, 4)));
        await studio.EncodeMediaAsync();

        var row = await RowAsync(studio, hash);
        row.ReadText.ShouldContain("Sunday");
        row.Faces.ShouldNotBeNull();
        var version = studio.Get<TextVectorizer>().Version;
        var text = ContentVector.OfText(new TextInput(row.ReadText, row.ReadLanguage));
        (await studio.Database.ReadAsync(db => db.Set<ContentVector>().CountAsync(v => v.ContentHash == text && v.View == ContentView.Text && v.EncoderVersion == version), Never)).ShouldBe(1);
    }

    [Fact]
    public async Task Speech_is_told_by_its_milliseconds_and_said_not_to_be_written_down()
    {
        await using var studio = await TestStudio.StartAsync();
        Encoders.Needed(studio.Get<EncoderCatalog>().Audio);
        var hash = await TakeAsync(studio, await File.ReadAllBytesAsync(Encoders.Data("audio", "spoken-digits", "9_jackson_20.wav"), Never));
        await studio.EncodeMediaAsync();

        var row = await RowAsync(studio, hash);
        row.Speech.ShouldNotBeNull().ShouldNotBeEmpty();
        row.Speech!.ShouldAllBe(s => s.Start >= 0 && s.End > s.Start && s.End < 2_000);
        row.NotLookedAt.ShouldHaveSingleItem().ShouldContain("not written down");
        (await studio.Get<MediaVectors>().SoundsAsync([hash], Never))[hash].Length.ShouldBe(192);
    }

    [Fact]
    public async Task Video_is_seen_by_its_frames_and_heard_by_its_sound()
    {
        await using var studio = await TestStudio.StartAsync();
        Encoders.Needed(studio.Get<EncoderCatalog>().Images);
        var hash = await TakeAsync(studio, MediaFiles.Make("video/mp4"));
        await studio.EncodeMediaAsync();

        var row = await RowAsync(studio, hash);
        row.NotLookedAt.ShouldContain("Of the video, 12 frames were looked at.");
        row.Speech.ShouldBe([]);
        (await studio.Get<MediaVectors>().ImagesAsync([hash], Never)).ShouldContainKey(hash);
        (await studio.Get<MediaVectors>().SoundsAsync([hash], Never)).ShouldContainKey(hash);
    }

    [Fact]
    public async Task Without_ffmpeg_media_are_said_not_to_be_looked_at_and_are_when_it_comes()
    {
        using var folder = new TempFolder();
        string hash;
        await using (var bare = await TestStudio.StartAsync(s => s.Configure<MediaOptions>(o => o.UseFfmpeg = false), folder.Path, keep: true))
        {
            hash = await TakeAsync(bare, MediaFiles.Make("image/png"));
            await bare.EncodeMediaAsync();
            (await RowAsync(bare, hash)).NotLookedAt.ShouldHaveSingleItem().ShouldContain("apt-get install ffmpeg");
        }

        await using var studio = await TestStudio.StartAsync(folder: folder.Path, keep: true);
        Encoders.Needed(studio.Get<EncoderCatalog>().Images);
        await studio.Get<EncodeMedia>().RunAsync(Actor.System, Never);
        await studio.RunJobsAsync();
        (await RowAsync(studio, hash)).NotLookedAt.ShouldBeEmpty();
        (await studio.Get<MediaVectors>().ImagesAsync([hash], Never)).ShouldContainKey(hash);
    }

    [Fact]
    public async Task Encoder_that_comes_later_looks_at_what_it_missed_and_no_other_does_again()
    {
        using var folder = new TempFolder();
        using var some = new TempFolder();
        var all = Path.Combine(AppContext.BaseDirectory, "encoders");
        Assert.SkipUnless(Directory.Exists(Path.Combine(all, "nsfw-mobilenet")) && Directory.Exists(Path.Combine(all, "blazeface-back")), "the encoder packages are not here");
        Directory.CreateSymbolicLink(Path.Combine(some.Path, "nsfw-mobilenet"), Path.Combine(all, "nsfw-mobilenet"));
        string hash;
        await using (var before = await TestStudio.StartAsync(s => s.Configure<EncoderOptions>(o => o.PackageRoots = [some.Path]), folder.Path, keep: true))
        {
            hash = await TakeAsync(before, MediaFiles.Make("image/png"));
            await before.EncodeMediaAsync();
            var row = await RowAsync(before, hash);
            row.Faces.ShouldBeNull();
            row.NotLookedAt.ShouldHaveSingleItem().ShouldContain("not read");

            // A mark by which it is seen later that the picture was not encoded again.
            await before.Database.WriteAsync(
                db => db.Set<ContentVector>().Where(v => v.ContentHash == hash).ExecuteUpdateAsync(set => set.SetProperty(v => v.Data, new byte[] { 1, 2 })), Never);
        }

        await using var after = await TestStudio.StartAsync(folder: folder.Path, keep: true);
        await after.Get<EncodeMedia>().RunAsync(Actor.System, Never);
        await after.RunJobsAsync();
        var seen = await RowAsync(after, hash);
        seen.Faces.ShouldBe(0);
        seen.NotLookedAt.ShouldBeEmpty();
        (await after.Database.ReadAsync(db => db.Set<ContentVector>().SingleAsync(v => v.ContentHash == hash), Never)).Data.ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Run_that_is_broken_off_goes_on_where_it_was()
    {
        await using var studio = await TestStudio.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            await TakeAsync(studio, Png(i));
        }

        await studio.RunJobsAsync(LookAtMedia.JobKind);
        using var stop = new CancellationTokenSource();
        var running = studio.Get<RunBackgroundJob>().RunAsync(studio.Dispatcher.Ids[^1], stop.Token);
        while (await CountAsync(studio) == 0)
        {
            await Task.Delay(5, Never);
        }

        await stop.CancelAsync();
        await Should.NotThrowAsync(async () => await Task.WhenAny(running));
        var kept = await studio.Database.ReadAsync(db => db.Set<EncodedMedia>().Select(m => new { m.Hash, m.EncodedAt }).ToListAsync(), Never);
        studio.Clock.Advance(TimeSpan.FromMinutes(1));
        await studio.RunJobsAsync();

        (await CountAsync(studio)).ShouldBe(20);
        var now = await studio.Database.ReadAsync(db => db.Set<EncodedMedia>().ToDictionaryAsync(m => m.Hash, m => m.EncodedAt), Never);
        kept.ShouldAllBe(m => now[m.Hash] == m.EncodedAt);
    }

    [Fact]
    public async Task Erased_item_takes_what_was_seen_of_it_along()
    {
        await using var studio = await TestStudio.StartAsync();
        await studio.QueueAsync("media", ["ok", "violation"]);
        var taken = await studio.Get<TakeMedia>().RunAsync(new MemoryStream(MediaFiles.Make("image/png")), Actor.System, Never);
        await studio.Get<AddItems>().RunAsync(new NewItems("media", "test", [new NewItem("1", null, Parts: [new NewPart(Media: taken.Hash)])]), Actor.System, Never);
        await studio.RunJobsAsync();
        (await CountAsync(studio)).ShouldBe(1);

        await studio.Get<EraseItem>().RunAsync(new EraseRequest("test", "1", "Asked for", "1"), Actor.System, Never);
        (await CountAsync(studio)).ShouldBe(0);
        (await studio.Database.ReadAsync(db => db.Set<ContentVector>().CountAsync(), Never)).ShouldBe(0);
    }

    private static async Task<string> TakeAsync(TestStudio studio, byte[] bytes)
    {
        var taken = await studio.Get<TakeMedia>().RunAsync(new MemoryStream(bytes), Actor.System, Never);
        await studio.Get<LookAtMedia>().RunAsync(Actor.System, Never);
        return taken.Hash;
    }

    private static Task<EncodedMedia> RowAsync(TestStudio studio, string hash) => studio.Database.ReadAsync(db => db.Set<EncodedMedia>().SingleAsync(m => m.Hash == hash), Never);

    private static Task<int> CountAsync(TestStudio studio) => studio.Database.ReadAsync(db => db.Set<EncodedMedia>().CountAsync(), Never);

    private static byte[] Png(StillImage image)
    {
        using var shown = image;
        using var encoded = shown.Bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return encoded.ToArray();
    }

    private static byte[] Png(int number)
    {
        using var bitmap = new SKBitmap(40, 40, SKColorType.Rgba8888, SKAlphaType.Opaque);
        bitmap.Erase(new SKColor((byte)(number * 10), 80, 120));
        using var encoded = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return encoded.ToArray();
    }

    private static double Cosine(float[] a, float[] b) => System.Numerics.Tensors.TensorPrimitives.CosineSimilarity<float>(a, b);
}
