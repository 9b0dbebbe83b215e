using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Content.Media.Likeness;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Content.Likeness;

public sealed class PdqTests
{
    [Fact]
    public async Task Published_picture_has_its_published_hash()
    {
        await using var studio = await TestStudio.StartAsync();
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "in");
        await File.WriteAllBytesAsync(path, PublishedPdq.Picture(), TestContext.Current.CancellationToken);

        var seen = await studio.Get<LookAlike>().RunAsync(path, MediaFormat.Png, 1, null, TestContext.Current.CancellationToken);

        seen.ShouldHaveSingleItem().Hash.ToString().ShouldBe(PublishedPdq.Hash);
    }

    [Fact]
    public void Published_hashes_have_their_published_distances()
    {
        // From the reference's own test of its regression pictures: a bridge, and the same turned by 90 degrees.
        PdqHash.TryParse("f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22", out var bridge).ShouldBeTrue();
        PdqHash.TryParse("30a10efd71cc3d429013d48d0ffffc52e34e0e17ada952a9d29685211ea9e5af", out var turned).ShouldBeTrue();

        (bridge.Distance(turned), turned.Distance(bridge), bridge.Distance(bridge)).ShouldBe((120, 120, 0));
        bridge.ToString().ShouldBe("f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22");
        (bridge.Band(0), bridge.Band(3), bridge.Band(4), bridge.Band(15)).ShouldBe((0x9b22, 0x33e6, 0x1e1d, 0xf8f8));
        new[] { null, "", "f8", new string('g', 64), new string('0', 65) }.Any(hex => PdqHash.TryParse(hex, out _)).ShouldBeFalse();
    }

    [Theory]
    [InlineData(64, 64)]
    [InlineData(200, 131)]
    [InlineData(129, 640)]
    [InlineData(513, 7)]
    public void Cells_are_the_twice_averaged_picture_at_their_centres(int width, int height)
    {
        var luma = Noise(width, height, 7);
        var exact = luma.Select(v => (double)v).ToArray();
        for (var pass = 0; pass < 2; pass++)
        {
            exact = Averaged(exact, width, height, (width + 127) / 128, along: true);
            exact = Averaged(exact, width, height, (height + 127) / 128, along: false);
        }

        var cells = Pdq.Cells([.. luma], width, height);

        for (var i = 0; i < 64; i++)
        {
            for (var j = 0; j < 64; j++)
            {
                ((double)cells[(64 * i) + j]).ShouldBe(exact[((((2 * i) + 1) * height / 128) * width) + (((2 * j) + 1) * width / 128)], 2e-2);
            }
        }
    }

    [Fact]
    public void Coefficients_are_those_of_the_DCT_by_its_definition()
    {
        var cells = Noise(64, 64, 3);

        var fast = Pdq.Transform(cells);

        for (var u = 1; u <= 16; u++)
        {
            for (var v = 1; v <= 16; v++)
            {
                // DCT-II with orthonormal scale, in double precision and straight from its definition.
                var sum = 0.0;
                for (var y = 0; y < 64; y++)
                {
                    for (var x = 0; x < 64; x++)
                    {
                        sum += cells[(64 * y) + x] * Math.Cos(Math.PI * u * ((2 * y) + 1) / 128) * Math.Cos(Math.PI * v * ((2 * x) + 1) / 128);
                    }
                }

                ((double)fast[(16 * (u - 1)) + v - 1]).ShouldBe(sum * 2 / 64, 0.01);
            }
        }
    }

    [Fact]
    public void Hash_has_as_many_ones_as_zeros_and_quality_tells_how_much_there_is_to_see()
    {
        var picture = Pdq.Look(Noise(300, 200, 11), 300, 200)!;
        picture.AllWays.ShouldAllBe(h => h.Distance(default) == 128);
        picture.AllWays[0].ShouldBe(picture.Hash);

        var grey = Pdq.Look([.. Enumerable.Repeat(128f, 100 * 100)], 100, 100)!;
        grey.Quality.ShouldBe(0);
        Pdq.Look(new float[16], 4, 4).ShouldBeNull();

        // Black and white in stripes of four cells: 15 edges across 64 rows of 100 percent each, over 90, is past the end.
        Pdq.Quality([.. Enumerable.Range(0, 64 * 64).Select(k => k % 64 / 4 % 2 * 255f)]).ShouldBe(100);

        // One edge of 50 percent down 64 rows: 3,200 / 90.
        Pdq.Quality([.. Enumerable.Range(0, 64 * 64).Select(k => k % 64 < 32 ? 0f : 127.5f)]).ShouldBe(35);
    }

    [Theory]
    [InlineData(256, 0)]
    [InlineData(1024, 12)]
    public void Turned_and_mirrored_hashes_are_told_from_the_upright_picture(int side, int most)
    {
        var luma = Smooth(side);
        var ways = Pdq.Look([.. luma], side, side)!.AllWays;
        float At(int row, int column) => luma[(row * side) + column];
        (string Name, Func<int, int, float> Turn)[] turns =
        [
            ("as it is", At), ("mirrored", (r, c) => At(r, side - 1 - c)), ("upside down and mirrored", (r, c) => At(side - 1 - r, c)), ("turned half", (r, c) => At(side - 1 - r, side - 1 - c)),
            ("swapped", (r, c) => At(c, r)), ("turned right", (r, c) => At(side - 1 - c, r)), ("turned left", (r, c) => At(c, side - 1 - r)), ("swapped the other way", (r, c) => At(side - 1 - c, side - 1 - r)),
        ];
        var seen = new HashSet<int>();
        foreach (var (name, turn) in turns)
        {
            var turned = new float[side * side];
            for (var k = 0; k < turned.Length; k++)
            {
                turned[k] = turn(k / side, k % side);
            }

            var hash = Pdq.Look(turned, side, side)!.Hash;
            var nearest = Enumerable.Range(0, 8).MinBy(w => ways[w].Distance(hash));

            ways[nearest].Distance(hash).ShouldBeLessThanOrEqualTo(most, name);
            ways.Where((_, w) => w != nearest).ShouldAllBe(w => w.Distance(hash) > 2 * PdqHash.Near, name);
            seen.Add(nearest).ShouldBeTrue(name);
        }
    }

    /// <summary>Random brightness on a coarse grid, with straight slopes between: much to see, no symmetry.</summary>
    private static float[] Smooth(int side)
    {
        const int coarse = 28;
        var grid = Noise(coarse + 1, coarse + 1, 5);
        var values = new float[side * side];
        for (var k = 0; k < values.Length; k++)
        {
            var (y, x) = ((float)(k / side) / side * coarse, (float)(k % side) / side * coarse);
            var (row, column) = ((int)y, (int)x);
            float At(int r, int c) => grid[(r * (coarse + 1)) + c];
            var above = At(row, column) + ((x - column) * (At(row, column + 1) - At(row, column)));
            var below = At(row + 1, column) + ((x - column) * (At(row + 1, column + 1) - At(row + 1, column)));
            values[k] = above + ((y - row) * (below - above));
        }

        return values;
    }

    private static float[] Noise(int width, int height, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, width * height).Select(_ => (float)random.Next(256))];
    }

    private static double[] Averaged(double[] values, int width, int height, int window, bool along)
    {
        var (right, left) = (window / 2, window - (window / 2) - 1);
        var result = new double[values.Length];
        for (var row = 0; row < height; row++)
        {
            for (var column = 0; column < width; column++)
            {
                var (at, length) = along ? (column, width) : (row, height);
                var around = Enumerable.Range(Math.Max(0, at - left), Math.Min(length - 1, at + right) - Math.Max(0, at - left) + 1);
                result[(row * width) + column] = around.Average(k => along ? values[(row * width) + k] : values[(k * width) + column]);
            }
        }

        return result;
    }
}
