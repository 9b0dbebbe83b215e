using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Training;
using ReviewStudio.Tests.Fixtures;
using Xunit;

namespace ReviewStudio.Tests.Recovery;

/// <summary>What an installation holds once its training has ended; equal for equal outcomes.</summary>
public sealed record LoopOutcome(
    string SnapshotHash, string HeadHash, string HeadFormat, string HeadState, string Gate, int Examples, int Items, string Ranks, int Heads, int Snapshots, int HeadFiles, int OpenJobs);

/// <summary>
/// A data folder with real labelled posts and posts that wait, made once; each test works on a copy with the program in a
/// process of its own.
/// </summary>
public sealed class LoopFolder : IAsyncLifetime
{
    public const int Labelled = 500;
    public const int Waiting = 200;

    private static readonly CancellationToken None = CancellationToken.None;
    private readonly string _root = Path.Combine(Path.GetTempPath(), "reviewstudio-tests", Guid.NewGuid().ToString("N"));

    /// <summary>The folder before any training; null where the data is not here.</summary>
    public string? Ready { get; private set; }

    public string PostsFile => Path.Combine(_root, "posts.csv");

    public async ValueTask InitializeAsync()
    {
        if (LabelledPosts.Real(Labelled + Waiting) is not { } csv)
        {
            return;
        }

        Directory.CreateDirectory(_root);
        var lines = csv.Split('\n');
        await File.WriteAllTextAsync(PostsFile, string.Join('\n', lines[..(Labelled + 1)]) + "\n");
        var rest = Path.Combine(_root, "waiting.csv");
        await File.WriteAllTextAsync(rest, lines[0] + "\n" + string.Join('\n', lines[(Labelled + 1)..]));

        await using var studio = await TestStudio.StartAsync();
        await studio.QueueAsync("posts", ["benign", "hate", "offensive"]);
        Ready = Copy(studio.Folders.Root, "ready");
        await RunAsync(Ready, Import(rest));
        await RunAsync(Ready, [.. Import(PostsFile), "--label", "class", "--labels", "verdict", "--reviewer", "Ada",
            "--label-map", "0=hate", "--label-map", "1=offensive", "--label-map", "2=benign"]);
    }

    public static string[] Import(string file) => ["import", file, "--queue", "posts", "--text", "tweet", "--language", "en"];

    public string Copy(string name) => Copy(Ready!, name);

    public static Task<string> RunAsync(string folder, params string[] arguments) => StudioProgram.RunAsync([.. arguments, "--data-folder", folder], Settings(folder));

    public static System.Diagnostics.Process Start(string folder, params string[] arguments) =>
        StudioProgram.Start([.. arguments, "--data-folder", folder], Settings(folder));

    /// <summary>Whether the training that was begun there has ended well.</summary>
    public static async Task<bool> EndedAsync(string folder)
    {
        await using var studio = await OpenAsync(folder);
        return await studio.Database.ReadAsync(db => db.Set<BackgroundJob>().AnyAsync(j => j.Kind == TrainingLoop.JobKind && j.State == JobState.Succeeded), None);
    }

    public static async Task<LoopOutcome> ReadAsync(string folder)
    {
        await using var studio = await OpenAsync(folder);
        return await studio.Database.ReadAsync(
            async db =>
            {
                var head = await db.Set<Head>().OrderByDescending(h => h.Id).FirstAsync();
                var ranks = await (
                    from task in db.Set<ReviewTask>()
                    join reviewCase in db.Set<ReviewCase>() on task.CaseId equals reviewCase.Id
                    where task.State == TaskState.Pending
                    orderby task.Rank, task.Id
                    select new { task.Id, task.Rank, reviewCase.Probabilities }).ToListAsync();
                return new LoopOutcome(
                    head.SnapshotHash, Undated(await File.ReadAllBytesAsync(Path.Combine(folder, "heads", head.FileHash + ".onnx"))), head.Format, head.State.ToString(), JsonSerializer.Serialize(head.GateReportJson is null ? "" : Core.Training.Gates.GateReport.FromJson(head.GateReportJson).Summary),
                    await db.Set<LabelledExample>().CountAsync(), await db.Set<Item>().CountAsync(),
                    Fingerprint(JsonSerializer.SerializeToUtf8Bytes(ranks)), await db.Set<Head>().CountAsync(), await db.Set<Snapshot>().CountAsync(),
                    Directory.GetFiles(Path.Combine(folder, "heads")).Length,
                    await db.Set<BackgroundJob>().CountAsync(j => j.State == JobState.Queued || j.State == JobState.Running));
            },
            None);
    }

    public ValueTask DisposeAsync()
    {
        if (Directory.Exists(_root))
        {
            Directory.Delete(_root, recursive: true);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>A hash of a head's file without the instant at which its training was asked for.</summary>
    private static string Undated(byte[] file)
    {
        var key = "reviewstudio.created"u8;
        var at = file.AsSpan().IndexOf(key);
        Assert.True(at > 0, "a head tells when it was made");
        file.AsSpan(at + key.Length + 2, "2026-01-01T00:00:00.000000Z".Length).Clear();
        return Fingerprint(file);
    }

    private static string Fingerprint(byte[] bytes) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));

    /// <summary>A view on a folder that leaves it where it is.</summary>
    private static Task<TestStudio> OpenAsync(string folder) => TestStudio.StartAsync(folder: folder, keep: true);

    private string Copy(string folder, string name) => CopyTo(folder, Path.Combine(_root, name));

    /// <returns>The copy.</returns>
    public static string CopyTo(string folder, string copy)
    {
        foreach (var path in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(folder, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target);
        }

        return copy;
    }

    private static (string, string)[] Settings(string folder) =>
    [
        ("Storage__ConnectionString", $"Data Source={Path.Combine(folder, "studio.db")}"),
        ("Jobs__Lease", "00:00:02"),
        ("ASPNETCORE_ENVIRONMENT", "Production"),
    ];
}
