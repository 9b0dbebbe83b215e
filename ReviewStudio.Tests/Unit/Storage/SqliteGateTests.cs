using ReviewStudio.Migrations.Sqlite;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Storage;

public sealed class SqliteGateTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Claims_overtake_the_rest_keeps_its_order()
    {
        var (gate, order) = (new SqliteGate(), new List<string>());
        await gate.EnterAsync(Writing.Long, None);
        var all = new[]
        {
            WriteAsync(gate, order, Writing.Short, "verdict 1"), WriteAsync(gate, order, Writing.Long, "import"), WriteAsync(gate, order, Writing.Short, "verdict 2"),
            WriteAsync(gate, order, Writing.Claim, "claim 1"), WriteAsync(gate, order, Writing.Claim, "claim 2"),
        };

        gate.Leave();
        await Task.WhenAll(all);

        order.ShouldBe(["claim 1", "claim 2", "verdict 1", "import", "verdict 2"]);
    }

    [Fact]
    public async Task Others_are_let_in_however_many_claims_come()
    {
        var (gate, order) = (new SqliteGate(), new List<string>());
        await gate.EnterAsync(Writing.Long, None);
        var all = Enumerable.Range(0, 40).Select(i => WriteAsync(gate, order, i < 2 ? Writing.Long : Writing.Claim, i < 2 ? "long" : "claim")).ToList();

        gate.Leave();
        await Task.WhenAll(all);

        order.Index().Where(o => o.Item == "long").Select(o => o.Index).ShouldBe([8, 17]);
    }

    [Fact]
    public async Task Long_writes_are_told_of_short_ones_alone_and_of_those_until_they_are_in_or_gave_up()
    {
        var gate = new SqliteGate();
        await gate.EnterAsync(Writing.Long, None);
        var other = gate.EnterAsync(Writing.Long, None);
        gate.ShortWaits.ShouldBeFalse();

        using var stop = new CancellationTokenSource();
        var verdict = gate.EnterAsync(Writing.Short, stop.Token);
        var claim = gate.EnterAsync(Writing.Claim, None);
        gate.ShortWaits.ShouldBeTrue();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => verdict);
        gate.ShortWaits.ShouldBeTrue("the claim still waits");

        gate.Leave();
        await claim;
        gate.ShortWaits.ShouldBeFalse();
        gate.Leave();
        await other;
        gate.Leave();
        await gate.EnterAsync(Writing.Short, None);
    }

    [Fact]
    public async Task Gate_is_held_by_one_at_a_time_and_lost_by_nobody_who_gives_up()
    {
        var (gate, inside, most, done) = (new SqliteGate(), 0, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, 2_000).Select(i => Task.Run(async () =>
        {
            using var stop = new CancellationTokenSource();
            var entering = gate.EnterAsync((Writing)(i % 3), i % 4 == 0 ? stop.Token : None);
            if (i % 4 == 0)
            {
                await stop.CancelAsync();
            }

            try
            {
                await entering;
            }
            catch (OperationCanceledException)
            {
                return;
            }

            most = Math.Max(most, Interlocked.Increment(ref inside));
            done++;
            Interlocked.Decrement(ref inside);
            gate.Leave();
        })));

        most.ShouldBe(1);
        done.ShouldBeGreaterThanOrEqualTo(1_500);
        await gate.EnterAsync(Writing.Long, None).WaitAsync(TimeSpan.FromSeconds(5));
    }

    private static async Task WriteAsync(SqliteGate gate, List<string> order, Writing what, string name)
    {
        await gate.EnterAsync(what, None);
        order.Add(name);
        gate.Leave();
    }
}
