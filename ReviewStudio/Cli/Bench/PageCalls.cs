using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Components.Pages.Agreement;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Accounts.Keys;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Datasets.Lineage;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Labels.Adjudication;
using ReviewStudio.Core.Labels.Agreements;
using ReviewStudio.Core.Labels.Agreements.Keeping;
using ReviewStudio.Core.Labels.Errors;
using ReviewStudio.Core.Labels.Gold;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Queue.Settings;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Scanning.Hashes;
using ReviewStudio.Core.Scanning.Rules;
using ReviewStudio.Core.Scanning.Settings;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Training;
using ReviewStudio.Core.Training.Backtest;
using ReviewStudio.Core.Webhooks;
using ReviewStudio.Core.Webhooks.Desk;
using ReviewStudio.Hosting.Checks;

namespace ReviewStudio.Cli.Bench;

/// <summary>
/// What pages ask for once their connection stands, and what workers ask for every few seconds: pages are not rendered
/// before, so that a request alone shows none of it.
/// </summary>
internal sealed class PageCalls(IServiceProvider services, ReviewQueue queue, Actor reviewer, CancellationToken stop)
{
    private readonly Actor _all = Actor.System with { ReviewerId = reviewer.ReviewerId };

    /// <summary>All that is asked for.</summary>
    public async Task<List<(string Name, Func<Task> Call)>> AllAsync() => [.. Work(), .. await ListsAsync(), .. Labels(), .. Workers()];

    /// <summary>Times in milliseconds by what was asked, and what each took the first time; the first of each is left out of the times.</summary>
    public async Task<List<(string Name, double First, List<double> Times)>> MeasureAsync(int rounds)
    {
        var measured = new List<(string, double, List<double>)>();
        foreach (var (name, call) in await AllAsync())
        {
            var times = new List<double>(rounds);
            for (var i = 0; i <= rounds; i++)
            {
                var started = Stopwatch.GetTimestamp();
                await call();
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }

            await Console.Error.WriteLineAsync(FormattableString.Invariant($"{name}: first {times[0]:N0} ms, then {times[1..].Average():N1} ms"));
            measured.Add((name, times[0], times[1..]));
        }

        return measured;
    }

    /// <summary>Has everything measured that the pages on labels show, as a worker does once somebody has opened them.</summary>
    /// <returns>Seconds of measuring, by what was waited for.</returns>
    public async Task<Dictionary<string, double>> KeepFiguresAsync()
    {
        var seconds = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, call) in Labels())
        {
            var started = Stopwatch.GetTimestamp();
            for (var again = true; again;)
            {
                await call();
                var waiting = (await Of<JobDesk>().ListAsync([MeasureFigures.JobKind], 5, stop)).Where(j => !j.Ended).ToList();
                foreach (var job in waiting)
                {
                    await Of<RunBackgroundJob>().RunAsync(job.Id, stop);
                }

                again = waiting.Count > 0;
            }

            seconds[name] = Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 1);
        }

        return seconds;
    }

    private List<(string Name, Func<Task> Call)> Work() =>
    [
        ("queues", () => Of<ListQueues>().RunAsync(true, _all, stop)),
        ("workbench: counts", () => Of<CountWork>().RunAsync(new ClaimRequest(), reviewer, stop)),
        ("workbench: queues", () => Of<CountWork>().QueuesAsync(stop)),
        ("workbench: held tasks", () => Of<ResumeHeldTasks>().RunAsync(new ClaimRequest(), reviewer, stop)),
        ("workbench: colleagues", () => Of<ListColleagues>().RunAsync(reviewer, stop)),
        ("workbench: viewing", () => Of<ReadViewing>().RunAsync(reviewer, stop)),
        ("workbench: loop", () => Of<JobDesk>().ListAsync(["training", "rescore"], 5, stop)),
        ("feedback", () => Of<MyGold>().RunAsync(reviewer, stop)),
    ];

    private async Task<List<(string Name, Func<Task> Call)>> ListsAsync()
    {
        var some = await Of<Database>().ReadAsync(
            db => db.Set<ReviewCase>().Where(c => c.QueueId == queue.Id && c.State == CaseState.Labelled).OrderByDescending(c => c.Id).Skip(1_000).Select(c => c.PublicId).FirstAsync(stop), stop);
        return
        [
            ("cases", () => Of<FindCases>().ListAsync(new CaseQuery(null, null, null, null, 50, null), _all, stop)),
            ("cases: labelled of a queue", () => Of<FindCases>().ListAsync(new CaseQuery(BenchStudio.Queue, CaseState.Labelled, null, null, 50, null), _all, stop)),
            ("cases: escalated", () => Of<FindCases>().ListAsync(new CaseQuery(null, CaseState.Escalated, null, null, 50, null), _all, stop)),
            ("cases: of a source", () => Of<FindCases>().ListAsync(new CaseQuery(null, null, "bench", null, 50, null), _all, stop)),
            ("cases: of a source that is not there", () => Of<FindCases>().ListAsync(new CaseQuery(null, null, "nowhere", null, 50, null), _all, stop)),
            ("case", () => Of<ReadCase>().RunAsync(some, _all, stop)),
            ("case: similar", () => Of<FindSimilar>().RunAsync(some, _all, stop)),
            ("lineage of an item", () => Of<TraceLineage>().OfItemAsync("bench", "judged-1", _all, stop)),
            ("policies", () => Of<ListPolicies>().RunAsync(true, _all, stop)),
            ("policy", () => Of<GetPolicy>().RunAsync(BenchStudio.Queue, _all, stop)),
            ("policy: notes for the guidance", () => Of<ListGuidanceNotes>().RunAsync(BenchStudio.Queue, _all, stop)),
            ("publication: preview", () => Of<PreviewPublication>().RunAsync(BenchStudio.Queue, _all, stop)),
            ("models", () => Of<ListModels>().RunAsync(queue.PolicyId, _all, stop)),
            ("models: policies", () => Of<ListLoopPolicies>().RunAsync(_all, stop)),
            ("backtests", () => Of<ListBacktests>().RunAsync(20, _all, stop)),
            ("datasets", () => Of<ListSnapshots>().RunAsync(null, _all, stop)),
            ("datasets: frozen", () => Of<ListSnapshots>().FrozenAsync(null, _all, stop)),
            ("imports", () => Of<ListImports>().RunAsync(20, _all, stop)),
            ("imports: choices", () => Of<ListImportChoices>().RunAsync(_all, stop)),
            ("scanning", () => Of<ReadScanning>().RunAsync(_all, stop)),
            ("scanning: rules", () => Of<ListRules>().RunAsync(_all, stop)),
            ("scanning: hash lists", () => Of<ListHashLists>().RunAsync(_all, stop)),
            ("accounts", () => Of<ListAccounts>().RunAsync(_all, stop)),
            ("API keys", () => Of<ListApiKeys>().RunAsync(_all, stop)),
            ("webhooks", () => Of<ListWebhooks>().RunAsync(_all, stop)),
            ("webhooks: deliveries", () => Of<ListDeliveries>().RunAsync(new DeliveryQuery(null, null, 50, null), _all, stop)),
            ("jobs", () => Of<JobDesk>().ListAsync([], 50, stop)),
            ("system", () => Of<SystemReport>().RunAsync(stop)),
        ];
    }

    private List<(string Name, Func<Task> Call)> Labels()
    {
        return
        [
            ("agreement", () => AgreementAsync(new AgreementQuery(BenchStudio.Queue, null, null, null, null, null))),
            ("agreement: of thirty days", () => AgreementAsync(new AgreementQuery(BenchStudio.Queue, null, null, null, 30, null))),
            ("agreement: by team", () => AgreementAsync(new AgreementQuery(BenchStudio.Queue, null, null, null, null, null) { Split = "team" })),
            ("agreement: cases of a cell", () => AgreementAsync(new AgreementQuery(BenchStudio.Queue, null, null, null, null, AgreementState.Of("ok", "bad")))),
            ("agreement: a reviewer", () => Of<AskFigures>().RunAsync<ReviewerRecord>(new FigureQuestion(FigureKind.Reviewer, queue.PolicyId, ReviewerId: reviewer.ReviewerId), _all, stop)),
            ("adjudication", () => Of<ListAdjudications>().RunAsync(queue.PolicyId, _all, stop)),
            ("known answers", () => Of<MeasureGold>().RunAsync(queue.PolicyId, _all, stop)),
            ("label errors", () => Of<ListSuspects>().RunAsync(queue.PolicyId, _all, stop)),
        ];
    }

    private List<(string Name, Func<Task> Call)> Workers() =>
    [
        ("worker: new cases", () => Of<ScoreNewCases>().RunAsync(stop)),
        ("worker: leases", () => Of<SweepLeases>().RunAsync(stop)),
        ("worker: due trainings", () => Of<StartDueTrainings>().RunAsync(stop)),
        ("worker: jobs", () => Of<JobDesk>().ReconcileAsync(stop)),
        ("worker: verdicts added up", () => Of<CountVerdicts>().RunAsync(stop)),
        ("worker: outbox", () => Of<RelayOutbox>().RunAsync(stop)),
        ("worker: due deliveries", () => Of<DeliverWebhooks>().DueAsync(stop)),
        ("worker: old messages", () => Of<TidyWebhooks>().RunAsync(stop)),
        ("worker: media", () => Of<SweepMedia>().RunAsync(null, stop)),
    ];

    /// <summary>As the page does it, each visit a new page.</summary>
    private async Task AgreementAsync(AgreementQuery query)
    {
        var page = ActivatorUtilities.CreateInstance<AgreementState>(services);
        await page.GoAsync(query, _all, stop);
        if (page.Failure is { } failure)
        {
            throw new RefusedException("bench.page", failure);
        }
    }

    private T Of<T>()
        where T : notnull => ActivatorUtilities.GetServiceOrCreateInstance<T>(services);
}
