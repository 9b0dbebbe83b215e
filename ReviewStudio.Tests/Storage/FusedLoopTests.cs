using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Encoders;
using ReviewStudio.Core.Inference.Fusion;
using ReviewStudio.Core.Inference.Media;
using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Training;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using SkiaSharp;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class FusedLoopTestsOnSqlite() : FusedLoopTests(TestEngine.Sqlite)
{
    /// <summary>The loop on a part of the digit posts: what the head serves is about as good as what the trainer measures.</summary>
    [Fact]
    public Task Digit_posts_go_through_the_loop_and_what_waits_is_scored_well()
    {
        LongSuites.Only();
        return DigitPostsAsync(training: 360, waiting: 120, least: 0.75);
    }

    [Fact]
    public Task All_digit_posts_go_through_the_loop_and_what_waits_is_scored_as_well_as_the_trainer_measures()
    {
        LongSuites.Only();
        return DigitPostsAsync(training: 900, waiting: 150, least: 0.88);
    }
}

public sealed class FusedLoopTestsOnPostgreSql() : FusedLoopTests(TestEngine.PostgreSql);

/// <summary>Items with pictures and sounds go through the loop: encoded, learnt from, gated, scored and ranked.</summary>
public abstract class FusedLoopTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Labels_of_posts_with_pictures_become_a_head_that_scores_items_of_any_parts_and_says_what_moved_it()
    {
        LongSuites.Only(unless: Engine == TestEngine.Sqlite);
        await using var studio = await StartAsync();
        Encoders.Needed(studio.Get<EncoderCatalog>().Images);
        var queue = await studio.QueueAsync("posts", ["ok", "violation"], q => q.RetrainEvery = 0);
        using var folder = new TempFolder();
        var posts = new List<object>();
        for (var i = 0; i < 48; i++)
        {
            var red = i % 2 == 1;
            await File.WriteAllBytesAsync(Path.Combine(folder.Path, $"{i}.png"), Picture(red, i), None);
            posts.Add(new { id = $"{i}", parts = new object[] { new { text = $"A thing on the {Places[i % 6]}" }, new { path = $"{i}.png" } }, label = red ? "violation" : "ok", role = i >= 36 ? "frozen" : "verdict" });
        }

        await File.WriteAllBytesAsync(Path.Combine(folder.Path, "red.png"), Picture(true, 90), None);
        await File.WriteAllBytesAsync(Path.Combine(folder.Path, "green.png"), Picture(false, 91), None);
        await File.WriteAllBytesAsync(Path.Combine(folder.Path, "tone.wav"), MediaFiles.Make("audio/wav"), None);
        posts.Add(new { id = "text", parts = new object[] { new { text = "A thing on the roof" } } });
        posts.Add(new { id = "picture", parts = new object[] { new { path = "red.png" } } });
        posts.Add(new { id = "sound", parts = new object[] { new { path = "tone.wav" } } });
        posts.Add(new { id = "both", parts = new object[] { new { text = "A thing on the lawn" }, new { path = "green.png" }, new { path = "red.png" } } });
        await ImportAsync(studio, folder.Path, posts);
        await studio.RunJobsAsync();

        var result = await TrainAsync(studio, queue);

        result.Promoted.ShouldBeTrue(result.Gate);
        var head = (await studio.Get<HeadRegistry>().ChampionAsync(queue.PolicyId, None))!;
        (head.Head.Format, head.Head.Trainer, head.Head.TrainedOn).ShouldBe((FusionModel.Format, "fusion-1", 36));
        head.Model.ShouldBeOfType<FusionModel>();
        var cases = await CasesAsync(studio);
        cases.Where(c => c.Value.State == CaseState.Open).Select(c => c.Key).ShouldBe(["text", "picture", "sound", "both"], ignoreOrder: true);
        cases.Values.Where(c => c.State == CaseState.Open).ShouldAllBe(c => c.HeadId == head.Head.Id && c.Uncertainty < 1);
        Probabilities.Read(cases["picture"].Probabilities)[1].ShouldBeGreaterThan(0.5f);
        Probabilities.Read(cases["text"].Probabilities)[1].ShouldBeLessThan(0.5f);

        // The file says what it is, and comes in again under another policy.
        var other = await studio.QueueAsync("others", ["ok", "violation"]);
        await using (var file = File.OpenRead(studio.Get<HeadRegistry>().PathOf(head.Head.FileHash)))
        {
            (await studio.Get<ImportHead>().RunAsync(other.PolicyId, file, "head.onnx", Actor.System, None)).Head.Format.ShouldBe(FusionModel.Format);
        }

        var reviewer = await studio.ReviewerAsync("mara");
        TaskSheet sheet;
        do
        {
            sheet = (await studio.ClaimAsync(reviewer)).ShouldNotBeNull();
            await studio.JudgeAsync(sheet, reviewer, sheet.Item.ExternalId is "text" or "sound" ? "ok" : "violation");
        }
        while (sheet.Item.ExternalId != "both");

        var moved = sheet.Prediction!.Influences;
        moved.Where(i => i.Modality is null).Select(i => i.Name).ShouldBe(["text", "picture 1", "picture 2"]);
        moved.Where(i => i.Modality is null).MaxBy(i => i.Moved["violation"])!.Name.ShouldBe("picture 2");
        moved.Where(i => i.Modality is not null).MaxBy(i => i.Moved["violation"])!.Name.ShouldBe("pictures");
        var verdict = await studio.Database.ReadAsync(db => db.Set<Verdict>().SingleAsync(v => v.CaseId == cases["both"].Id), None);
        Influence.FromJson(verdict.InfluencesJson!).Count(i => i.Part is not null).ShouldBe(3);

        var snapshot = await studio.Get<ExportSnapshot>().RunAsync(queue.PolicyId, await studio.Get<ReadLabels>().PinAsync(queue.PolicyId, None), new SnapshotOptions(), Actor.System, null, None);
        var rows = File.ReadLines(Path.Combine(studio.Folders.Snapshots, snapshot.Folder, "verdicts.jsonl")).Select(l => JsonSerializer.Deserialize<JsonElement>(l)).ToList();
        var exported = JsonSerializer.Deserialize<JsonElement>(rows.Single(r => r.GetProperty("external_id").GetString() == "both").GetProperty("influences").GetString()!);
        exported.EnumerateArray().Single(e => e.TryGetProperty("part", out var part) && part.GetInt32() == 2).GetProperty("moved").GetProperty("violation").GetDouble().ShouldBe(moved.Single(m => m.Name == "picture 2").Moved["violation"], 0.001);
        rows.Where(r => r.GetProperty("external_id").GetString() == "text").ShouldAllBe(r => r.GetProperty("influences").GetString() == "[]");
    }

    [Fact]
    public async Task Item_waits_unscored_only_until_the_encoders_have_come_to_its_media()
    {
        await using var studio = await StartAsync();
        var queue = await studio.QueueAsync("posts", ["ok", "bad"]);
        await studio.ServeWordsAsync(queue, ["sunny", "garden"], ["threat", "smash"]);
        var picture = await studio.Get<TakeMedia>().RunAsync(new MemoryStream(MediaFiles.Make("image/png")), Actor.System, None);
        await studio.Get<AddItems>().RunAsync(new NewItems("posts", "test", [new NewItem("1", "threat", "en", Parts: [new NewPart(Media: picture.Hash)])]), Actor.System, None);

        await studio.Get<RescorePolicy>().RunAsync(queue.PolicyId, rankAgain: false, null, None);
        (await CasesAsync(studio))["1"].HeadId.ShouldBeNull("the picture may have words in it that change the score");
        (await studio.Get<ScoreNewCases>().RunAsync(None)).ShouldBe(0, "what waits for its encoders is not asked for again and again");
        await studio.EncodeMediaAsync();
        (await studio.Get<ScoreNewCases>().RunAsync(None)).ShouldBe(0, "the encoders have asked for it already");
        await studio.RunJobsAsync(RescoreJob.JobKind);
        (await CasesAsync(studio))["1"].HeadId.ShouldNotBeNull();
        var sheet = (await studio.ClaimAsync(await studio.ReviewerAsync("mara"))).ShouldNotBeNull();
        sheet.NotLookedAt.ShouldContain(u => u.Part == null && u.Sentence.Contains("reads text alone"));
    }

    /// <summary>Imports posts of the digit file with their labels, trains, and measures what waits by its stored scores.</summary>
    protected async Task DigitPostsAsync(int training, int waiting, double least)
    {
        var file = Encoders.Data("multimodal", "digit_posts.jsonl");
        await using var studio = await StartAsync();
        Encoders.Needed(studio.Get<EncoderCatalog>().Images);
        Encoders.Needed(studio.Get<EncoderCatalog>().Audio);
        var queue = await studio.QueueAsync("posts", ["ok", "violation"], q => q.RetrainEvery = 0);
        var posts = File.ReadLines(file).Select(l => JsonSerializer.Deserialize<JsonElement>(l)).ToList();
        var known = posts.Where(p => Split(p) == "train").Take(training).ToList();
        var held = posts.Where(p => Split(p) == "test").Take(2 * waiting).ToList();
        using var folder = new TempFolder();
        object Row(JsonElement post, string role) => new
        {
            id = post.GetProperty("id").GetString(), language = "en", label = post.GetProperty("label").GetString(), role,
            parts = post.GetProperty("parts").EnumerateArray().Select(p => p.TryGetProperty("path", out var path)
                ? (object)new { path = Path.GetFileName(Copied(folder.Path, Path.Combine(Path.GetDirectoryName(file)!, path.GetString()!))) }
                : new { text = p.GetProperty("text").GetString() }).ToArray(),
        };
        await ImportAsync(studio, folder.Path, [.. known.Select(p => Row(p, "verdict")), .. held.Select((p, i) => Row(p, i < waiting ? "frozen" : "ignore"))]);

        // What reviewers see of the files plays no part here.
        await studio.Database.WriteAsync(db => db.Set<MediaProbe>().ExecuteUpdateAsync(set => set.SetProperty(p => p.State, ProbeState.Ready).SetProperty(p => p.ProbedAt, p => p.CreatedAt)), None);
        await studio.Get<EncodeMedia>().RunAsync(Actor.System, None);
        await studio.RunJobsAsync();

        var result = await TrainAsync(studio, queue);

        result.Promoted.ShouldBeTrue(result.Gate);
        var cases = await CasesAsync(studio);
        var pending = held.Skip(waiting).ToList();
        int[] truth = [.. pending.Select(p => p.GetProperty("label").GetString() == "violation" ? 1 : 0)];
        int[] answers = [.. pending.Select(p => Probabilities.Read(cases[p.GetProperty("id").GetString()!].Probabilities)[1] >= 0.5f ? 1 : 0)];
        var f1 = ConfusionMatrix.Of(truth, answers, 2).MacroF1().Value!.Value;
        var frozen = (await studio.Get<ListModels>().RunAsync(queue.PolicyId, Actor.System, None)).Champion!.Report!.MacroF1;
        TestContext.Current.SendDiagnosticMessage($"{known.Count} labelled posts: macro-F1 {f1:0.000} on {pending.Count} that wait, {frozen:0.000} on {waiting} frozen ones; {result.Gate}");
        f1.ShouldBeGreaterThan(least, "a perfect perceiver of one modality alone reaches 0.72");
    }

    private static readonly string[] Places = ["table", "chair", "floor", "shelf", "bench", "stairs"];

    private static string Split(JsonElement post) => post.GetProperty("split").GetString()!;

    private static string Copied(string folder, string path)
    {
        var name = $"{Path.GetFileName(Path.GetDirectoryName(path))}-{Path.GetFileName(path)}";
        File.Copy(path, Path.Combine(folder, name), overwrite: true);
        return name;
    }

    private static async Task ImportAsync(TestStudio studio, string folder, IEnumerable<object> posts)
    {
        var path = ImportFiles.Resolve(studio.Folders, Path.Combine("posts", "posts.jsonl"));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllLinesAsync(path, posts.Select(p => JsonSerializer.Serialize(p)), None);
        var arguments = new ImportArguments
        {
            File = Path.Combine("posts", "posts.jsonl"), FileName = "posts.jsonl", Queue = "posts", Source = "test", Language = "en", PastReviewer = "Earlier team", MediaFolder = folder, MediaRoot = folder,
            Columns = new ColumnMapping { Id = "id", Parts = "parts", Label = "label", Role = "role" },
        };
        var job = await studio.Get<StartImport>().RunAsync(arguments, Actor.System, None);
        await studio.RunJobsAsync(ImportItems.JobKind);
        var ended = await studio.Get<JobDesk>().FindAsync(job, None);
        ended!.State.ShouldBe(JobState.Succeeded, ended.Error);
    }

    private static async Task<TrainingResult> TrainAsync(TestStudio studio, ReviewQueue queue)
    {
        var started = await studio.Get<StartTraining>().RunAsync(new TrainingRequest(queue.Id, "hand"), Actor.System, None);
        await studio.RunJobsAsync();
        var job = await studio.Get<JobDesk>().FindAsync(started.JobId, None);
        job!.State.ShouldBe(JobState.Succeeded, job.Error);
        return JsonSerializer.Deserialize<TrainingResult>(job.ResultJson!)!;
    }

    private static Task<Dictionary<string, ReviewCase>> CasesAsync(TestStudio studio) => studio.Database.ReadAsync(
        async db => (await (from c in db.Set<ReviewCase>() join i in db.Set<Item>() on c.ItemId equals i.Id select new { i.ExternalId, Case = c }).ToListAsync()).ToDictionary(r => r.ExternalId, r => r.Case), None);

    private static byte[] Picture(bool red, int number)
    {
        using var bitmap = new SKBitmap(48, 48, SKColorType.Rgba8888, SKAlphaType.Opaque);
        var shade = (byte)(150 + number);
        bitmap.Erase(red ? new SKColor(shade, 20, 30) : new SKColor(20, shade, 40));
        using var encoded = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return encoded.ToArray();
    }
}
