using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Metrics;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Settings;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Training.Backtest;

/// <summary>
/// Plays one strategy on one seed: a batch of verdicts, a turn of the real loop (snapshot, fit, gates, promotion,
/// re-rank), a point; until the budget is spent. The report measures what serves, also where a challenger was turned away.
/// </summary>
internal sealed class PlayedCurve(
    IScratchStudio studio, PlayedInstallation place, BacktestData data, BacktestDraw draw, BacktestRequest request, string strategy, int seed)
{
    /// <summary>The penalty is searched for in the first two rounds and in each of this number; the others take it over.</summary>
    private const int SearchEvery = 5;

    private readonly PlayedReviewer _reviewer = new(studio, place, data.File);
    private readonly int[] _truth = [.. draw.Test.Select(r => data.File.Rows[r].Label)];
    private readonly List<TextVector> _test = data.Decode(draw.Test);
    private (double L2, double Temperature)? _taken;

    public async Task RunAsync(Func<BacktestPoint, Task> told, CancellationToken cancellation)
    {
        await ChooseStrategyAsync(cancellation);
        await _reviewer.JudgeAsync(place.PoolQueue, request.SeedLabels, cancellation);
        for (var round = 0; ; round++)
        {
            var served = await TrainAsync(round, cancellation);
            await told(await MeasureAsync(served, cancellation));
            if (_reviewer.Labels >= request.Budget)
            {
                return;
            }

            var batch = Math.Min(request.Batch, request.Budget - _reviewer.Labels);
            if (round == 0)
            {
                batch -= await FillGateAsync(cancellation);
            }

            if ((await _reviewer.JudgeAsync(place.PoolQueue, batch, cancellation)).Count < batch)
            {
                throw new RefusedException("backtest.rows", "The queue ran empty before the budget was spent. Lower the budget.");
            }
        }
    }

    private async Task ChooseStrategyAsync(CancellationToken cancellation)
    {
        var queue = await studio.Get<Database>().ReadAsync(db => db.Set<ReviewQueue>().SingleAsync(q => q.Id == place.PoolQueue, cancellation), cancellation);
        var settings = QueueSettings.Of(queue);
        settings.Strategy = strategy;
        await studio.Get<EditQueue>().RunAsync(new QueueEdit(queue.Key, queue.ConcurrencyStamp, settings), Actor.System, cancellation);
    }

    /// <summary>Judges the rows drawn for the gates and freezes them.</summary>
    private async Task<int> FillGateAsync(CancellationToken cancellation)
    {
        var cases = await _reviewer.JudgeAsync(place.GateQueue, draw.Gate.Count, cancellation);
        await studio.Get<FreezeCases>().RunAsync(new FreezeRequest(place.PolicyId, "", cases), Actor.System, cancellation);
        return cases.Count;
    }

    /// <returns>Whether the trained head went into service.</returns>
    private async Task<bool> TrainAsync(int round, CancellationToken cancellation)
    {
        var known = _reviewer.Found;
        if (known.Count(n => n >= Heads.LogisticHeadTrainer.MinimumPerLabel) < 2)
        {
            return false;
        }

        var taken = round < 2 || round % SearchEvery == 0 ? null : _taken;
        var started = await studio.Get<StartTraining>().RunAsync(
            new TrainingRequest(place.PoolQueue, "backtest", taken?.L2, taken?.Temperature), Actor.System, cancellation);
        var job = await PlayedJob.RunAsync(studio, started.JobId, cancellation);
        var result = JsonSerializer.Deserialize<TrainingResult>(job.ResultJson!)!;
        if (result.Fit is JsonElement fit)
        {
            _taken = (fit.GetProperty("L2").GetDouble(), fit.GetProperty("Temperature").GetDouble());
        }

        return result.Promoted;
    }

    private async Task<BacktestPoint> MeasureAsync(bool served, CancellationToken cancellation)
    {
        var champion = await studio.Get<HeadRegistry>().ChampionAsync(place.PolicyId, cancellation);
        var predicted = champion is null ? Guess() : Predict(champion);
        var matrix = ConfusionMatrix.Of(_truth, predicted, data.File.Labels.Count);
        var found = data.File.Labels.Select((l, i) => (l.Value, Count: _reviewer.Found[i])).ToDictionary(f => f.Value, f => f.Count, StringComparer.Ordinal);
        return new(strategy, seed, _reviewer.Labels, matrix.MacroF1().Value!.Value, matrix.Accuracy().Value!.Value, found, served);
    }

    private int[] Predict(ServingHead champion)
    {
        var keys = data.File.Labels.Select(l => l.Key).ToList();
        int[] column = [.. HeadLabels.Keys(champion.Head).Select(k => keys.IndexOf(k))];
        return [.. LabelArrays.ArgMax(champion.Model.Predict([.. _test.Select(HeadInput.Of)])).Select(k => column[k])];
    }

    /// <summary>Without a head, the most common label found so far.</summary>
    private int[] Guess()
    {
        var most = Enumerable.Range(0, _reviewer.Found.Count).MaxBy(i => _reviewer.Found[i]);
        return Enumerable.Repeat(most, _truth.Length).ToArray();
    }
}
