using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Datasets.Splitting;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Datasets;

public sealed class SplitKeeperTests
{
    private const string Story = "the quick brown fox jumps over the lazy dog while seven old friends watch the harvest moon rise above the quiet village and talk about the long warm summer that has just gone by";

    [Fact]
    public void Near_duplicate_joins_the_split_of_the_earliest_one()
    {
        var keeper = new SplitKeeper();
        var (first, second) = (Row(IdIn("test", 0), Story), Row(IdIn("train", 0), Story.ToUpperInvariant().Replace("LONG", "LONG,", StringComparison.Ordinal) + "!"));

        (keeper.Place(first), keeper.Place(second)).ShouldBe((true, true));

        (first.Split, second.Split, keeper.Bridges).ShouldBe(("test", "test", 0));
    }

    [Fact]
    public void Different_texts_stay_where_their_hash_puts_them()
    {
        var keeper = new SplitKeeper();
        var test = Row(IdIn("test", 0), Story);
        var train = Row(IdIn("train", 0), "a completely different text about trains that run on time and stations where nobody waits for long");
        var empty = Row(IdIn("train", 1), "");
        var alsoEmpty = Row(IdIn("test", 1), " … ");

        new[] { test, train, empty, alsoEmpty }.ShouldAllBe(r => keeper.Place(r));

        (test.Split, train.Split, empty.Split, alsoEmpty.Split).ShouldBe(("test", "train", "train", "test"));
    }

    [Fact]
    public void Item_that_bridges_two_splits_is_left_out()
    {
        // Of 60 words each neighbour shares all but four: near to the middle (0.87), not to each other (0.76).
        var words = Enumerable.Range(0, 60).Select(i => $"word{i}").ToArray();
        string Changed(int from) => string.Join(' ', words.Select((w, i) => i >= from && i < from + 4 ? $"other{i}" : w));
        var keeper = new SplitKeeper();
        var (left, right, middle) = (Row(IdIn("train", 0), Changed(0)), Row(IdIn("test", 0), Changed(56)), Row(IdIn("train", 1), string.Join(' ', words)));

        (keeper.Place(left), keeper.Place(right)).ShouldBe((true, true));
        (left.Split, right.Split).ShouldBe(("train", "test"));

        keeper.Place(middle).ShouldBeFalse();
        keeper.Bridges.ShouldBe(1);
    }

    [Fact]
    public void Same_or_nearly_the_same_media_keep_items_on_one_side_whatever_their_texts()
    {
        var keeper = new SplitKeeper();
        var first = Row(IdIn("test", 0), "") with { Kinds = ["like 7"] };
        var copy = Row(IdIn("train", 0), "words that nobody wrote before under a copy of the picture") with { Kinds = ["like 7", "abc"] };
        var words = Row(IdIn("train", 1), "words that nobody wrote before, under a copy of the picture!");
        var other = Row(IdIn("train", 2), "") with { Kinds = ["def"] };
        var bridge = Row(IdIn("train", 3), "") with { Kinds = ["def", "abc"] };

        new[] { first, copy, words, other }.ShouldAllBe(r => keeper.Place(r));
        keeper.Place(bridge).ShouldBeFalse("one of its pictures is trained on, the other is tested on");

        (first.Split, copy.Split, words.Split, other.Split, keeper.Bridges).ShouldBe(("test", "test", "test", "train", 1));
    }

    [Theory]
    [InlineData(0.9, 0.9)]
    [InlineData(0.5, 0.0)]
    public void Found_share_follows_the_resemblance(double resemblance, double atLeast)
    {
        var found = 0;
        for (var pair = 0; pair < 400; pair++)
        {
            // Shingles overlap by two: k words put in at the end of n make J = (n - 2) / (n - 2 + k).
            var n = 102;
            var added = (int)Math.Round((n - 2) * ((1 / resemblance) - 1));
            var text = string.Join(' ', Enumerable.Range(0, n).Select(i => $"p{pair}w{i}"));
            var near = new NearDuplicates();
            var hits = new SortedSet<int>();
            near.Find(text, hits).ShouldBeTrue();
            near.Remember();
            near.Find(text + string.Concat(Enumerable.Range(0, added).Select(i => $" p{pair}x{i}")), hits);
            found += hits.Count;
        }

        var share = found / 400.0;
        share.ShouldBeGreaterThanOrEqualTo(atLeast);
        if (atLeast == 0)
        {
            share.ShouldBeLessThan(0.01);
        }
    }

    private static string IdIn(string split, int skip) =>
        Enumerable.Range(0, 1_000).Select(i => $"id-{i}").Where(id => StableSplit.Of("s", id) == split).Skip(skip).First();

    private static ExampleRow Row(string id, string text) => new()
    {
        CaseKey = 0, ItemKey = 0, CaseId = Guid.Empty, Source = "s", ExternalId = id, Language = "en", Modality = "text", Text = text, Label = "ok", SoftLabel = "{}",
        Confidence = 1, Method = "single", Reviewers = 1, Stratum = "", SamplingProbability = 0, InAuditSample = false, PolicyVersion = 1, LabelledAt = DateTime.UnixEpoch,
    };
}
