using System.Diagnostics;
using System.Text;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

/// <summary>Files that mean harm: each is refused with one clear message, or contained.</summary>
public sealed class HostileMediaTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    public static TheoryData<string, string> Texts => new()
    {
        { "", "media.empty" },
        { "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>", "media.active" },
        { "<!DOCTYPE html><script>alert(1)</script>", "media.active" },
        { "#EXTM3U\nhttp://127.0.0.1:9/secret.ts\n", "media.playlist" },
        { "#EXTM3U\nfile:///etc/passwd\n", "media.playlist" },
        { "ffconcat version 1.0\nfile /etc/passwd\n", "media.playlist" },
        { "MZ\u0090 a program", "media.type" },
        { "photo.jpg", "media.type" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task What_is_no_media_is_refused_whatever_it_is_called(string content, string code)
    {
        await using var studio = await TestStudio.StartAsync();
        var e = await Should.ThrowAsync<RefusedException>(() => studio.Get<TakeMedia>().RunAsync(new MemoryStream(Encoding.UTF8.GetBytes(content)), Actor.System, Never));

        e.Code.ShouldBe(code);
        e.Message.ShouldContain("Send");
        Directory.GetFiles(studio.Folders.Blobs, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task Image_of_two_and_a_half_billion_pixels_is_refused_by_its_header()
    {
        await using var studio = await TestStudio.StartAsync();
        var e = await Should.ThrowAsync<RefusedException>(() => studio.Get<TakeMedia>().RunAsync(new MemoryStream(MediaFiles.HugePng()), Actor.System, Never));

        e.Code.ShouldBe("media.pixels");
        e.Message.ShouldContain("50,000 × 50,000");
    }

    [Theory]
    [MemberData(nameof(MediaFiles.Types), MemberType = typeof(MediaFiles))]
    public async Task File_cut_off_is_refused_or_shown_as_far_as_it_goes(string type)
    {
        await using var studio = await TestStudio.StartAsync();
        var whole = MediaFiles.Make(type);
        foreach (var length in new[] { 40, whole.Length / 2 })
        {
            var probe = await MediaTests.LookAsync(studio, whole[..length]);
            probe.State.ShouldBeOneOf(ProbeState.Ready, ProbeState.Refused);
            (probe.State == ProbeState.Refused).ShouldBe(probe.ViewHash is null);
            if (probe.State == ProbeState.Refused)
            {
                probe.Problem!.ShouldContain("Send it again");
            }
        }

        Directory.GetFileSystemEntries(studio.Folders.Scratch).ShouldBeEmpty();
    }

    [Fact]
    public async Task Dense_picture_and_endless_animation_are_contained()
    {
        await using var studio = await TestStudio.StartAsync();
        var watch = Stopwatch.StartNew();
        var dense = await MediaTests.LookAsync(studio, MediaFiles.DensePng());
        dense.State.ShouldBe(ProbeState.Ready);
        (await MediaTests.BytesAsync(studio, dense.ViewHash!)).Length.ShouldBeLessThan(5_000_000);

        var gif = await MediaTests.LookAsync(studio, MediaFiles.GifOfTenThousandFrames());
        gif.State.ShouldBe(ProbeState.Ready);
        (await MediaTests.BytesAsync(studio, gif.ViewHash!)).Length.ShouldBeLessThan(200_000);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Six_hours_of_silence_become_a_short_row_of_peaks()
    {
        await using var studio = await TestStudio.StartAsync();
        var probe = await MediaTests.LookAsync(studio, MediaFiles.SixHoursOfSilence());

        (probe.State, probe.Duration).ShouldBe((ProbeState.Ready, 21_600));
        (await MediaTests.BytesAsync(studio, probe.PeaksHash!)).Length.ShouldBeLessThan(20_000);
    }

    [Fact]
    public async Task Archive_that_leads_out_of_itself_is_refused_and_writes_nothing()
    {
        await using var studio = await TestStudio.StartAsync();
        var e = await Should.ThrowAsync<RefusedException>(() => UnpackAsync(studio, MediaFiles.Zip(("../../escaped.txt", [1]))));

        e.Code.ShouldBe("archive.path");
        Directory.GetFiles(studio.Folders.Root, "escaped.txt", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task Archive_that_unpacks_to_far_more_is_refused_as_a_bomb()
    {
        await using var studio = await TestStudio.StartAsync();
        (await Should.ThrowAsync<RefusedException>(() => UnpackAsync(studio, MediaFiles.Zip(("a.jpg", new byte[64 << 20]))))).Code.ShouldBe("archive.bomb");
        (await Should.ThrowAsync<RefusedException>(() => UnpackAsync(studio, MediaFiles.Zip(("a.jpg", [1]))[..60]))).Code.ShouldBe("archive.damaged");
    }

    [Fact]
    public async Task Archive_of_rows_and_files_comes_in_and_what_is_hostile_in_it_is_rejected_row_by_row()
    {
        await using var studio = await TestStudio.StartAsync();
        await studio.QueueAsync("media", ["ok", "violation"]);
        var rows = string.Join('\n',
            """{"id":"1","language":"en","parts":[{"modality":"text","text":"See"},{"modality":"image","path":"../pictures/a.txt"}]}""",
            """{"id":"2","parts":[{"path":"../../../../etc/passwd"}]}""",
            """{"id":"3","parts":[{"path":"../inner.zip"}]}""",
            """{"id":"4","parts":[{"path":"missing.jpg"}]}""",
            """{"id":"5","text":"","parts":[{"path":"../page.jpg"}]}""");
        var (job, items) = await ImportAsync(studio, MediaFiles.Zip(
            ("rows/posts.jsonl", Encoding.UTF8.GetBytes(rows)), ("pictures/a.txt", MediaFiles.Make("image/png")), ("inner.zip", MediaFiles.Zip(("bomb", new byte[64 << 20]))), ("page.jpg", "<html>"u8.ToArray())));

        job.State.ShouldBe(JobState.Succeeded, job.Error);
        var item = items.ShouldHaveSingleItem();
        (item.ExternalId, item.Modality).ShouldBe(("1", "image+text"));
        var rejects = await File.ReadAllTextAsync(Directory.GetFiles(studio.Folders.Imports, ImportFiles.RejectName, SearchOption.AllDirectories).Single());
        rejects.ShouldContain("leads out of the folder");
        rejects.ShouldContain("This is an archive");
        rejects.ShouldContain("There is no file 'missing.jpg'");
        rejects.ShouldContain("This is a web page");
        Directory.Exists(Path.Combine(Directory.GetDirectories(studio.Folders.Imports).Single(), ImportFiles.MediaName)).ShouldBeFalse();
    }

    [Fact]
    public async Task Archive_of_files_alone_becomes_an_item_a_file()
    {
        await using var studio = await TestStudio.StartAsync();
        await studio.QueueAsync("media", ["ok", "violation"]);
        var (job, items) = await ImportAsync(studio, MediaFiles.Zip(("a/1.bin", MediaFiles.Make("image/png")), ("b/2.bin", MediaFiles.Make("audio/wav"))));

        job.State.ShouldBe(JobState.Succeeded, job.Error);
        items.Select(i => (i.ExternalId, i.Modality)).ShouldBe([("a/1.bin", "image"), ("b/2.bin", "audio")], ignoreOrder: true);
    }

    private static async Task<UnpackedImport> UnpackAsync(TestStudio studio, byte[] zip)
    {
        var relative = await studio.Get<ReceiveImportFile>().RunAsync(new MemoryStream(zip), "posts.zip", null, Actor.System, Never);
        return await studio.Get<UnpackImport>().RunAsync(relative, Actor.System, Never);
    }

    private static async Task<(BackgroundJob Job, List<Item> Items)> ImportAsync(TestStudio studio, byte[] zip)
    {
        var unpacked = await UnpackAsync(studio, zip);
        var guess = (await studio.Get<PreviewImport>().RunAsync(unpacked.File, Actor.System, Never)).Guess;
        var arguments = new ImportArguments
        {
            File = unpacked.File, FileName = "posts.jsonl", Queue = "media", Source = "zip", MediaFolder = unpacked.MediaFolder, MediaRoot = unpacked.MediaRoot, Columns = guess with { Role = null, Reviewer = null, Label = null },
        };
        var id = await studio.Get<StartImport>().RunAsync(arguments, Actor.System, Never);
        await studio.Get<RunBackgroundJob>().RunAsync(id, Never);
        return ((await studio.Get<JobDesk>().FindAsync(id, Never))!, await studio.Database.ReadAsync(db => db.Set<Item>().ToListAsync(), Never));
    }
}
