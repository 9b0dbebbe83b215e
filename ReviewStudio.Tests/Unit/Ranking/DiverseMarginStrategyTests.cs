using System.Diagnostics;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Queue.Ranking;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Ranking;

public sealed class DiverseMarginStrategyTests
{
    private readonly DiverseMarginStrategy _strategy = new();

    [Fact]
    public void Near_copies_do_not_fill_the_batch()
    {
        // Three copies of the most uncertain post, and two other posts that are a little less uncertain.
        RankCandidate[] queue = [Case(.50f, 1), Case(.50f, 1), Case(.51f, 1), Case(.55f, 2), Case(.60f, 3), Case(.99f, 4)];

        var order = Order(_strategy.Rerank(queue, batch: 3));

        order.Take(3).ShouldBe([0, 3, 4]);
        order[^1].ShouldBe(5, "a sure case stays last, however unlike the others");
    }

    [Fact]
    public void Items_without_embedding_are_compared_by_their_ngrams()
    {
        RankCandidate Words(float p, params int[] words) => new([p, 1 - p], new(new(words, [.. words.Select(_ => 1f)]), null));

        var order = Order(_strategy.Rerank([Words(.50f, 1, 2, 3), Words(.51f, 1, 2, 3), Words(.56f, 7, 8)], batch: 2));

        order.Take(2).ShouldBe([0, 2]);
    }

    [Fact]
    public void Batch_comes_before_all_others_and_before_arrivals()
    {
        var queue = Enumerable.Range(0, 50).Select(i => Case(.5f + (i * .005f), (ulong)i)).ToArray();

        var values = _strategy.Rerank(queue, batch: 10);

        values.ShouldAllBe(v => v >= 0 && v <= 1);
        values.Count(v => v > 0.5).ShouldBe(10);
        _strategy.Uncertainty(new([.5f, .5f])).ShouldBe(0.5, "the most uncertain arrival waits for the batch");
    }

    [Fact]
    public void Empty_queue_and_a_batch_beyond_the_queue_are_fine()
    {
        _strategy.Rerank([], batch: 5).ShouldBeEmpty();
        _strategy.Rerank([Case(.5f, 1), Case(.6f, 2)], batch: 5).ShouldBe([1, 0.75]);
        Should.Throw<ArgumentOutOfRangeException>(() => _strategy.Rerank([], batch: 0));
    }

    [Fact]
    public void Twenty_thousand_cases_are_ranked_within_a_second_or_two()
    {
        var queue = Enumerable.Range(0, 20_000).Select(i => Case(.5f + (i % 1000 * .0004f), (ulong)i)).ToArray();
        var watch = Stopwatch.StartNew();

        _strategy.Rerank(queue, batch: 200);

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(3));
    }

    private static int[] Order(double[] values) => [.. Enumerable.Range(0, values.Length).OrderByDescending(i => values[i])];

    private static RankCandidate Case(float p, ulong direction)
    {
        var random = new SeededRandom(direction);
        var embedding = new float[512];
        for (var j = 0; j < 512; j++)
        {
            embedding[j] = (float)(random.NextUnit() - 0.5);
        }

        var length = MathF.Sqrt(embedding.Sum(v => v * v));
        return new([p, 1 - p], new(SparseVector.Empty, [.. embedding.Select(v => v / length)]));
    }
}
