using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Content.Media.Likeness;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Encoders;
using ReviewStudio.Core.Inference.Encoders.Images;
using ReviewStudio.Core.Inference.Media;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Scanning;
using ReviewStudio.Core.Scanning.Hashes;
using ReviewStudio.Core.Scanning.Settings;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using SkiaSharp;
using Xunit;

namespace ReviewStudio.Tests.Storage;

/// <summary>Pictures and sounds before publication: looked at within the budget, kept only where the scan is.</summary>
public sealed class MediaScanTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Words_on_a_picture_are_scored_and_what_goes_to_review_is_kept_with_all_that_was_seen()
    {
        Assert.SkipUnless(WrittenPictures.HasFonts, "the fonts of the pictures are not here");
        await using var studio = await TestStudio.StartAsync();
        Encoders.Needed(studio.Get<EncoderCatalog>().PictureText);
        var (queue, lead) = await ScannedAsync(studio);
        await studio.ServeWordsAsync(queue, ["sunny", "garden"], ["threat", "smash"]);
        var bytes = Written("threat smash");

        var answer = await ScanAsync(studio, lead, "1", new ScanPart(Base64: Convert.ToBase64String(bytes)));

        var under = answer.Policies.ShouldHaveSingleItem();
        (answer.Outcome, under.Reason, under.Label).ShouldBe((ScanOutcome.Review, ScanReason.Probability, "bad"));
        answer.NotLookedAt.ShouldContain(s => s.Contains("reads text alone"));
        Directory.GetFiles(studio.Folders.Scratch).ShouldBeEmpty();
        var part = (await studio.Database.ReadAsync(db => db.Set<Item>().Include(i => i.Parts).SingleAsync(), None)).Parts.ShouldHaveSingleItem();
        (part.Modality, part.MediaType).ShouldBe((Modality.Image, "image/png"));
        var seen = await studio.Database.ReadAsync(db => db.Set<EncodedMedia>().SingleAsync(), None);
        (seen.Hash, seen.ReadText.ToLowerInvariant()).ShouldBe((part.BlobHash!, "threat smash"));

        // What the scan has seen is not looked at again, and scores the same from the store.
        await studio.RunJobsAsync();
        (await studio.Database.ReadAsync(db => db.Set<EncodedMedia>().SingleAsync(), None)).EncodedAt.ShouldBe(seen.EncodedAt);
        var again = await ScanAsync(studio, lead, "2", new ScanPart(Media: part.BlobHash));
        again.Policies[0].Probabilities!["bad"].ShouldBe(under.Probabilities!["bad"]);
        await studio.Get<RescorePolicy>().RunAsync(queue.PolicyId, rankAgain: true, null, None);
        var kept = await studio.Database.ReadAsync(db => db.Set<ReviewCase>().SingleAsync(c => c.PublicId == under.Case), None);
        Probabilities.Read(kept.Probabilities)[1].ShouldBe((float)under.Probabilities!["bad"]);
    }

    [Fact]
    public async Task Picture_that_is_allowed_leaves_nothing_behind()
    {
        Assert.SkipUnless(WrittenPictures.HasFonts, "the fonts of the pictures are not here");
        await using var studio = await TestStudio.StartAsync();
        Encoders.Needed(studio.Get<EncoderCatalog>().PictureText);
        var (queue, lead) = await ScannedAsync(studio);
        await studio.ServeWordsAsync(queue, ["sunny", "garden"], ["threat", "smash"]);

        var answer = await ScanAsync(studio, lead, "1", new ScanPart(Base64: Convert.ToBase64String(Written("sunny garden"))));

        answer.Outcome.ShouldBe(ScanOutcome.Allow);
        Directory.GetFiles(studio.Folders.Blobs, "*", SearchOption.AllDirectories).ShouldBeEmpty();
        Directory.GetFiles(studio.Folders.Scratch).ShouldBeEmpty();
        (await studio.Database.ReadAsync(db => db.Set<MediaProbe>().CountAsync(), None)).ShouldBe(0);
    }

    [Fact]
    public async Task File_on_a_hash_list_is_blocked_whatever_a_head_says()
    {
        await using var studio = await TestStudio.StartAsync();
        var (_, lead) = await ScannedAsync(studio);
        var bytes = MediaFiles.Make("audio/wav");
        await studio.Get<AddHashList>().RunAsync(new NewHashList("known", "Known", "rules", "bad", ScanOutcome.Block, "Partner", 10), lead, None);
        await studio.Get<ChangeHashes>().RunAsync(new HashChange("known", [Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))]), lead, None);

        var answer = await ScanAsync(studio, lead, "1", new ScanPart("Listen to this"), new ScanPart(Base64: Convert.ToBase64String(bytes)));

        (answer.Outcome, answer.Policies[0].Reason).ShouldBe((ScanOutcome.Block, ScanReason.Hash));
        (await studio.Database.ReadAsync(db => db.Set<Item>().Include(i => i.Parts).SingleAsync(), None)).Modality.ShouldBe("audio+text");
    }

    [Fact]
    public async Task Picture_that_looks_like_a_listed_one_is_blocked_as_a_file_and_by_its_hash()
    {
        await using var studio = await TestStudio.StartAsync();
        var (_, lead) = await ScannedAsync(studio);
        var photo = await File.ReadAllBytesAsync(Encoders.Data("images", "sign-digits", "7", "img_5050.jpg"), None);
        var marks = await studio.Get<MarkFile>().RunAsync(new MemoryStream(photo), 10_000_000, None);
        await studio.Get<AddHashList>().RunAsync(new NewHashList("known", "Known", "rules", "bad", ScanOutcome.Block, "Partner", 10), lead, None);
        await studio.Get<ChangeHashes>().RunAsync(new HashChange("known", [$"pdq:{marks.Pictures[0].Hash}"]), lead, None);
        using var bitmap = SKBitmap.Decode(photo);
        using var again = bitmap.Encode(SKEncodedImageFormat.Jpeg, 60);

        var asFile = await ScanAsync(studio, lead, "1", new ScanPart(Base64: Convert.ToBase64String(again.ToArray())));
        await studio.RunJobsAsync();
        var kept = (await studio.Database.ReadAsync(db => db.Set<Item>().Include(i => i.Parts).SingleAsync(), None)).Parts[0].BlobHash;
        var byHash = await ScanAsync(studio, lead, "2", new ScanPart(Media: kept));

        (asFile.Outcome, asFile.Policies[0].Matched!.Kind).ShouldBe((ScanOutcome.Block, "likeness"));
        (byHash.Outcome, byHash.Policies[0].Matched!.Kind).ShouldBe((ScanOutcome.Block, "likeness"));
    }

    [Fact]
    public async Task Media_that_take_longer_than_the_budget_get_the_stated_fallback_and_what_is_no_media_is_refused()
    {
        await using var studio = await TestStudio.StartAsync();
        var (queue, lead) = await ScannedAsync(studio);
        await studio.ServeWordsAsync(queue, ["sunny", "garden"], ["threat", "smash"]);
        var video = Convert.ToBase64String(MediaFiles.Make("video/mp4"));

        var late = await studio.Get<ScanContent>().RunAsync(new ScanRequest("forum", "1", "sunny garden", "en", BudgetMilliseconds: 5, DryRun: true, Parts: [new ScanPart(Base64: video)]), lead, None);
        (late.Outcome, late.Policies[0].Reason).ShouldBe((ScanOutcome.Review, ScanReason.Late));
        late.NotLookedAt.ShouldHaveSingleItem().ShouldContain("time budget");

        (await Should.ThrowAsync<RefusedException>(ScanAsync(studio, lead, "2", new ScanPart(Base64: Convert.ToBase64String("<html><script>alert(1)</script></html>"u8))))).Code.ShouldStartWith("media.");
        (await Should.ThrowAsync<RefusedException>(ScanAsync(studio, lead, "2", new ScanPart(Base64: "not base64!")))).Code.ShouldBe("scan.base64");
        (await Should.ThrowAsync<RefusedException>(ScanAsync(studio, lead, "2", new ScanPart(Media: new string('a', 64))))).Code.ShouldBe("media.unknown");
        await Should.ThrowAsync<FluentValidation.ValidationException>(ScanAsync(studio, lead, "2", new ScanPart("a", new string('a', 64))));
        Directory.GetFiles(studio.Folders.Scratch).ShouldBeEmpty();
    }

    private static async Task<(ReviewQueue Queue, Actor Lead)> ScannedAsync(TestStudio studio)
    {
        var queue = await studio.QueueAsync("rules", ["ok", "bad"]);
        var lead = await studio.ReviewerAsync("lea", roles: Roles.PolicyLead);
        await studio.Get<SetScanning>().RunAsync(
            new ScanForm("rules", true, "rules", ScanOutcome.Review, ScanOutcome.Review, new Dictionary<string, Threshold> { ["bad"] = new(0.5, null) }), lead, None);
        return (queue, lead);
    }

    private static Task<ScanAnswer> ScanAsync(TestStudio studio, Actor actor, string id, params ScanPart[] parts) =>
        studio.Get<ScanContent>().RunAsync(new ScanRequest("forum", id, Language: "en", BudgetMilliseconds: 10_000, Parts: parts), actor, None);

    /// <summary>Large black letters on white: what is tested here is not how well they are read.</summary>
    private static byte[] Written(string words)
    {
        using var bitmap = new SKBitmap(480, 160, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.White);
        using var font = new SKFont(Typefaces.Those("DejaVuSans.ttf")[0], 44);
        using var ink = new SKPaint { IsAntialias = true, Color = SKColors.Black };
        canvas.DrawText(words, 240, 95, SKTextAlign.Center, font, ink);
        canvas.Flush();
        using var encoded = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return encoded.ToArray();
    }
}
