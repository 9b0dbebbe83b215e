using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Content.Media.Likeness;
using ReviewStudio.Core.Inference.Encoders.Images;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Storage;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Benchmarks;

/// <summary>How many copies of real photos are found and how many different photos are taken for copies: the figures of docs/benchmarks.md.</summary>
public sealed class LikenessFiguresTests(ITestOutputHelper output)
{
    private const int Photos = 60;
    [Fact]
    public async Task Copies_of_photos_are_found_and_different_photos_are_told_apart()
    {
        LongSuites.Only();
        var root = Path.Combine(Environment.GetEnvironmentVariable("REVIEWSTUDIO_DATA") ?? "", "images");
        Assert.SkipUnless(Directory.Exists(root), "REVIEWSTUDIO_DATA is not here");
        await using var studio = await TestStudio.StartAsync();
        var look = studio.Get<LookAlike>();
        var all = new List<PdqPicture>();
        var files = Directory.EnumerateFiles(root, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        foreach (var file in files)
        {
            all.Add((await look.RunAsync(file, MediaFormat.Jpeg, 1, null, TestContext.Current.CancellationToken)).Single());
        }

        Write($"{files.Count} photos, quality {all.Min(p => p.Quality)} to {all.Max(p => p.Quality)}, of which {all.Count(p => p.Quality >= PdqHash.LeastQuality)} tell anything");
        var pairs = Pairs(all).ToList();
        foreach (var most in new[] { 15, 23, 31, 40 })
        {
            Write($"different photos at most {most} bits apart: {pairs.Count(d => d <= most)} of {pairs.Count:N0} pairs");
        }

        var chosen = Enumerable.Range(0, Photos).Select(i => i * files.Count / Photos).Where(i => all[i].Quality >= PdqHash.LeastQuality).ToList();
        using var folder = new TempFolder();
        var (found, sent) = (0, 0);
        foreach (var way in CopiedPictures.Ways.Keys)
        {
            var distances = new List<int>();
            foreach (var i in chosen)
            {
                var path = Path.Combine(folder.Path, "copy");
                await File.WriteAllBytesAsync(path, CopiedPictures.Copy(await File.ReadAllBytesAsync(files[i], TestContext.Current.CancellationToken), way), TestContext.Current.CancellationToken);
                var copy = (await look.RunAsync(path, MediaFormat.Jpeg, 1, null, TestContext.Current.CancellationToken)).Single();
                distances.Add(copy.AllWays.Min(h => h.Distance(all[i].Hash)));
            }

            distances.Sort();
            var near = distances.Count(d => d <= PdqHash.Near);
            (found, sent) = (found + near, sent + distances.Count);
            Write($"{way}: {near} of {distances.Count} found, {distances[distances.Count / 2]} bits apart in the middle, {distances[^1]} at most");
        }

        var wrong = pairs.Count(d => d <= PdqHash.Near);
        Write($"recall {(double)found / sent:0.0000} ({found} of {sent}), precision {(double)found / (found + wrong):0.0000} ({wrong} wrong pairs)");
        ((double)found / sent).ShouldBeGreaterThan(0.95);
    }

    [Fact]
    public void Cropped_photos_are_told_by_their_features()
    {
        LongSuites.Only();
        using var encoders = new Encoders();
        var encoder = Encoders.Needed(encoders.Catalog.Images);
        var files = Directory.EnumerateFiles(Encoders.Data("images"), "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Where((_, i) => i % 5 == 0).ToList();
        float[][] Features(Func<byte[], byte[]> change) => [.. files.Chunk(40).SelectMany(chunk =>
        {
            var images = Array.ConvertAll(chunk, f => StillImage.Decode(change(File.ReadAllBytes(f))));
            var features = encoder.Encode(images);
            Array.ForEach(images, i => i.Dispose());
            return features.Select(f => f.Features);
        })];

        var whole = Features(f => f);
        var others = (from i in Enumerable.Range(0, files.Count) from j in Enumerable.Range(i + 1, files.Count - i - 1) select Cosine(whole[i], whole[j])).Order().ToList();
        foreach (var way in new[] { "crop=iw*0.9:ih*0.9", "crop=iw*0.75:ih*0.75", "pad=iw*1.2:ih*1.2:-1:-1", "hflip", "scale=iw/2:-1" })
        {
            var cropped = Features(f => CopiedPictures.Filtered(f, way));
            var cosines = cropped.Select((f, i) => Cosine(f, whole[i])).Order().ToList();
            Write($"{way}: cosine {cosines[0]:0.00} at least, {cosines[cosines.Count / 2]:0.00} in the middle; at {FindSimilar.Least} {cosines.Count(c => c >= FindSimilar.Least)} of {files.Count} found");
        }

        Write($"different photos: cosine {others[others.Count / 2]:0.00} in the middle, {others[^1]:0.00} at most; {others.Count(c => c >= FindSimilar.Least)} of {others.Count:N0} pairs at {FindSimilar.Least} or more, {others.Count(c => c >= 0.95)} at 0.95");
    }

    private static double Cosine(float[] one, float[] other) => System.Numerics.Tensors.TensorPrimitives.CosineSimilarity(one, other);

    [Theory]
    [InlineData(20_000)]
    [InlineData(200_000)]
    public async Task Lookup_reads_a_few_in_a_thousand(int count)
    {
        LongSuites.Only();
        await using var studio = await TestStudio.StartAsync();
        var random = new Random(1);
        PdqHash Hash() => new((ulong)random.NextInt64(), (ulong)random.NextInt64(), (ulong)random.NextInt64(), (ulong)random.NextInt64());
        await studio.Database.WriteAsync(
            async db =>
            {
                var probe = new MediaProbe { Hash = new string('a', 64), MediaType = "video/mp4", CreatedAt = DateTime.UnixEpoch };
                db.Add(probe);
                await db.SaveChangesAsync();
                var prints = Enumerable.Range(0, count).Select(i => MediaPrint.Of(probe.Id, i, new PdqPicture(100, [Hash()]))).ToList();
                await db.InsertAsync(prints, CancellationToken.None);
                await using var command = db.Database.GetDbConnection().CreateCommand();
                command.CommandText = "INSERT INTO \"MediaBand\" (\"Key\", \"PrintId\") VALUES (@key, @print)";
                var (key, print) = (command.CreateParameter(), command.CreateParameter());
                (key.ParameterName, print.ParameterName) = ("@key", "@print");
                command.Parameters.Add(key);
                command.Parameters.Add(print);
                foreach (var row in prints)
                {
                    print.Value = row.Id;
                    foreach (var band in Bands.KeysOf(row.Picture().Hash))
                    {
                        key.Value = band;
                        await command.ExecuteNonQueryAsync();
                    }
                }

                return true;
            },
            CancellationToken.None);
        foreach (var ways in new[] { 1, 8 })
        {
            var took = new List<double>();
            for (var i = 0; i < 30; i++)
            {
                PdqHash[] hashes = [.. Enumerable.Range(0, ways).Select(_ => Hash())];
                var watch = Stopwatch.StartNew();
                await studio.Database.ReadAsync(db => FindAlike.RunAsync(db, hashes, PdqHash.Near, CancellationToken.None), CancellationToken.None);
                took.Add(watch.Elapsed.TotalMilliseconds);
            }

            took.Sort();
            Write($"{count:N0} prints on SQLite, {ways} of a picture's hashes: {took[15]:0.0} ms in the middle, {took[28]:0.0} at most");
        }
    }

    [Fact]
    public void Hashing_takes_milliseconds()
    {
        LongSuites.Only();
        foreach (var side in new[] { 100, 512, 1024 })
        {
            var luma = Enumerable.Range(0, side * side).Select(i => (float)(i * 31 % 255)).ToArray();
            Pdq.Look([.. luma], side, side);
            var watch = Stopwatch.StartNew();
            for (var i = 0; i < 20; i++)
            {
                Pdq.Look([.. luma], side, side);
            }

            Write($"{side} × {side}: {watch.Elapsed.TotalMilliseconds / 20:0.0} ms for all eight hashes");
        }
    }

    /// <summary>The distance of each two different photos, in the closest of all ways to turn one of them.</summary>
    private static IEnumerable<int> Pairs(List<PdqPicture> all) =>
        from i in Enumerable.Range(0, all.Count)
        from j in Enumerable.Range(i + 1, all.Count - i - 1)
        where all[i].Quality >= PdqHash.LeastQuality && all[j].Quality >= PdqHash.LeastQuality
        select all[j].AllWays.Min(h => h.Distance(all[i].Hash));

    private void Write(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
