using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Datasets.Erasure;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Blobs;
using ReviewStudio.Hosting.Checks;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

/// <summary>What every blob store must do alike.</summary>
public abstract class BlobStoreTests : IAsyncLifetime
{
    protected static readonly CancellationToken None = CancellationToken.None;

    private readonly TempFolder _folder = new();
    private IBlobStore _store = null!;

    public async ValueTask InitializeAsync() => _store = await MakeAsync(new StudioFolders(_folder.Path));

    public ValueTask DisposeAsync()
    {
        (_store as IDisposable)?.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Blob_is_named_by_its_hash_and_reads_back_equal()
    {
        var bytes = "abc"u8.ToArray();

        var blob = await _store.SaveAsync(new MemoryStream(bytes), 3, None);

        blob.ShouldBe(new StoredBlob("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 3));
        (await ReadAsync(blob.Hash)).ShouldBe(bytes);
        (await _store.ExistsAsync(blob.Hash, None)).ShouldBeTrue();
    }

    [Fact]
    public async Task Same_bytes_are_kept_once()
    {
        var bytes = RandomNumberGenerator.GetBytes(5_000);

        var saved = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _store.SaveAsync(new MemoryStream(bytes), bytes.Length, None)));

        saved.Distinct().Count().ShouldBe(1);
        Count().ShouldBe(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300_000)]
    [InlineData(40_000_000)]
    public async Task Blob_of_any_length_can_be_sought(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        var blob = await _store.SaveAsync(new MemoryStream(bytes), length, None);

        await using var stream = (await _store.OpenAsync(blob.Hash, None))!;

        stream.Length.ShouldBe(length);
        foreach (var from in new[] { length - 1, length / 2, 0, (int)(length * 0.7), length }.Where(f => f >= 0))
        {
            stream.Position = from;
            var piece = new byte[Math.Min(1_000, length - from)];
            (await stream.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false)).ShouldBe(piece.Length);
            piece.ShouldBe(bytes[from..(from + piece.Length)]);
        }

        (await ReadAsync(blob.Hash)).AsSpan().SequenceEqual(bytes).ShouldBeTrue();
    }

    [Fact]
    public async Task Content_that_is_too_long_is_refused_and_nothing_of_it_stays()
    {
        var refusal = await Should.ThrowAsync<RefusedException>(_store.SaveAsync(new MemoryStream(new byte[1_000_001]), 1_000_000, None));

        refusal.Code.ShouldBe("blob.long");
        Count().ShouldBe(0);
    }

    [Fact]
    public async Task Content_that_breaks_off_leaves_nothing()
    {
        await Should.ThrowAsync<IOException>(_store.SaveAsync(new BreakingStream(), 10_000_000, None));

        Count().ShouldBe(0);
    }

    [Fact]
    public async Task Deleted_blob_is_gone_and_may_be_deleted_again()
    {
        var blob = await _store.SaveAsync(new MemoryStream([1, 2, 3]), 3, None);

        await _store.DeleteAsync(blob.Hash, None);
        await _store.DeleteAsync(blob.Hash, None);

        (await _store.ExistsAsync(blob.Hash, None)).ShouldBeFalse();
        (await _store.OpenAsync(blob.Hash, None)).ShouldBeNull();
        Count().ShouldBe(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../etc/passwd")]
    [InlineData("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
    public async Task Name_that_is_no_hash_reaches_no_file(string name)
    {
        await Should.ThrowAsync<ArgumentException>(() => _store.OpenAsync(name, None));
        await Should.ThrowAsync<ArgumentException>(() => _store.DeleteAsync(name, None));
    }

    protected abstract Task<IBlobStore> MakeAsync(StudioFolders folders);

    /// <summary>How many blobs are kept.</summary>
    protected abstract int Count();

    private async Task<byte[]> ReadAsync(string hash)
    {
        await using var stream = (await _store.OpenAsync(hash, None))!;
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }

    private sealed class BreakingStream : MemoryStream
    {
        private int _reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _reads++ < 3 ? ValueTask.FromResult(buffer.Length) : throw new IOException("The sender went away.");
    }
}

public sealed class FolderBlobStoreTests : BlobStoreTests
{
    private StudioFolders _folders = null!;

    protected override Task<IBlobStore> MakeAsync(StudioFolders folders) => Task.FromResult<IBlobStore>(new FolderBlobStore(_folders = folders));

    protected override int Count() => Directory.EnumerateFiles(_folders.Blobs, "*", SearchOption.AllDirectories).Count();
}

/// <summary>On a local S3 server from npm.</summary>
public sealed class S3BlobStoreTests : BlobStoreTests
{
    private BlobOptions _options = null!;

    [Fact]
    public async Task Missing_bucket_and_unknown_key_and_silence_are_told_in_words()
    {
        using var folder = new TempFolder();
        var good = await ObjectStore.NewAsync();
        var unknown = await FaultAsync(folder, o => o.Bucket = "not-there", good);
        var key = await FaultAsync(folder, o => o.AccessKey = "SOMEBODY", good);
        var address = await FaultAsync(folder, o => o.Endpoint = "http://127.0.0.1:1", good);

        unknown.ShouldBe($"The bucket 'not-there' does not exist at {good.Endpoint}. Make it, or name another one by Blobs:Bucket.");
        key.ShouldContain("access key");
        address.ShouldContain("Check Blobs:Endpoint");
    }

    /// <summary>The local server does not compare signatures of the present kind, so its answer is made here.</summary>
    [Fact]
    public async Task Wrong_secret_is_told_in_words_and_not_repeated()
    {
        var options = new BlobOptions { Bucket = "studio", Endpoint = "http://s3.example.org", AccessKey = "who", SecretKey = "a wrong secret" };
        var answer = new Amazon.S3.AmazonS3Exception("mismatch", Amazon.Runtime.ErrorType.Sender, "SignatureDoesNotMatch", "1", System.Net.HttpStatusCode.Forbidden);

        var fault = await Should.ThrowAsync<BlobStoreException>(S3Faults.ToldAsync<int>(options, () => throw answer));

        fault.Message.ShouldBe("The secret key is not that of the access key at http://s3.example.org. Check Blobs:SecretKey.");
        fault.ToString().ShouldNotContain("a wrong secret");
    }

    /// <summary>Two nodes that share the database and the object store, and no folder.</summary>
    [Fact]
    public async Task Head_that_one_node_keeps_is_loaded_by_another_without_a_common_folder()
    {
        var options = Options.Create(await ObjectStore.NewAsync());
        using var here = new TempFolder();
        using var there = new TempFolder();
        var bytes = RandomNumberGenerator.GetBytes(9_000);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var one = Node(here, options);
        var other = Node(there, options);

        await one.KeepAsync(here.Write("fitted.onnx", bytes), hash, None);
        await other.FetchAsync(hash, None);

        (await File.ReadAllBytesAsync(one.PathOf(hash))).ShouldBe(bytes);
        (await File.ReadAllBytesAsync(other.PathOf(hash))).ShouldBe(bytes);
    }

    [Fact]
    public async Task Media_and_what_is_made_of_them_lie_in_the_bucket_alone_and_go_with_their_item()
    {
        var place = await ObjectStore.NewAsync();
        await using var studio = await TestStudio.StartAsync(services => services.AddSingleton(Options.Create(place)));
        await studio.QueueAsync("media", ["ok", "violation"]);
        var probe = await MediaTests.LookAsync(studio, MediaFiles.Make("video/mp4"));
        await studio.Get<AddItems>().RunAsync(new NewItems("media", "forum", [new NewItem("1", null, Parts: [new NewPart(Media: probe.Hash)])]), Actor.System, None);

        (probe.State, probe.Problem).ShouldBe((ProbeState.Ready, null));
        (await MediaTests.BytesAsync(studio, probe.SheetHash!)).Length.ShouldBeGreaterThan(100);
        ObjectStore.Count(place).ShouldBe(new[] { probe.Hash, probe.ViewHash, probe.ThumbnailHash, probe.SheetHash, probe.PeaksHash }.OfType<string>().Distinct().Count());
        Directory.EnumerateFiles(studio.Folders.Blobs, "*", SearchOption.AllDirectories).ShouldBeEmpty();
        Directory.EnumerateFiles(studio.Folders.Scratch, "*", SearchOption.AllDirectories).ShouldBeEmpty();

        await studio.Get<EraseItem>().RunAsync(new EraseRequest("forum", "1", "Request of the author", "1"), Actor.System, None);

        ObjectStore.Count(place).ShouldBe(0);
    }

    [Fact]
    public async Task System_page_tells_whether_the_bucket_takes_and_gives_back()
    {
        using var folder = new TempFolder();
        var good = Options.Create(await ObjectStore.NewAsync());
        var bad = Options.Create(new BlobOptions { Store = BlobPlace.S3, Bucket = "not-there", Endpoint = good.Value.Endpoint, AccessKey = ObjectStore.Key, SecretKey = ObjectStore.Key });
        var folders = new StudioFolders(folder.Path);
        using var store = new S3BlobStore(folders, good);
        using var broken = new S3BlobStore(folders, bad);

        var well = await new BlobStoreCheck(store, good).LookAsync(None);
        var ill = await new BlobStoreCheck(broken, bad).LookAsync(None);

        well.ShouldHaveSingleItem().State.ShouldBe(Health.Ok);
        ObjectStore.Count(good.Value).ShouldBe(0);
        ill.ShouldHaveSingleItem().State.ShouldBe(Health.Failed);
        ill[0].Message.ShouldContain("The bucket 'not-there' does not exist");
    }

    private static HeadFiles Node(TempFolder folder, IOptions<BlobOptions> options)
    {
        var folders = new StudioFolders(folder.Path);
        return new HeadFiles(folders, new S3BlobStore(folders, options), options);
    }

    protected override async Task<IBlobStore> MakeAsync(StudioFolders folders) => new S3BlobStore(folders, Options.Create(_options = await ObjectStore.NewAsync()));

    protected override int Count() => ObjectStore.Count(_options);

    private static async Task<string> FaultAsync(TempFolder folder, Action<BlobOptions> spoil, BlobOptions good)
    {
        var options = new BlobOptions { Store = BlobPlace.S3, Bucket = good.Bucket, Endpoint = good.Endpoint, AccessKey = good.AccessKey, SecretKey = good.SecretKey, Prefix = good.Prefix };
        spoil(options);
        using var store = new S3BlobStore(new StudioFolders(folder.Path), Options.Create(options));
        return (await Should.ThrowAsync<BlobStoreException>(store.SaveAsync(new MemoryStream([1]), 1, None))).Message;
    }
}
