using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace ReviewStudio.Cli.Bench;

/// <summary>How long answers took.</summary>
internal sealed record AnswerTimes(int N, double P50Ms, double P95Ms, double P99Ms, double LongestMs);

/// <summary>
/// One reviewer who opens pages and lists and takes tasks over HTTP, and another whose workbench stands open in the same
/// process: one call after another with short pauses; each is timed.
/// </summary>
internal sealed class PageLoad(MediaBenchSite site) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentDictionary<string, ConcurrentBag<double>> _times = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<double> _all = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <summary>All calls together, in milliseconds.</summary>
    public IReadOnlyCollection<double> All => _all;

    public WorkbenchCalls Workbench { get; } = site.Workbench();

    public void Start() => _running = Task.WhenAll(AgainAsync(RequestsAsync), AgainAsync(() => Workbench.RunAsync(this, _stop.Token)));

    /// <summary>Ends it. What went wrong in it comes out here: a load that has stopped by itself measures nothing.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    /// <summary>The times by kind of call so far.</summary>
    public Dictionary<string, AnswerTimes> Times() => _times.OrderBy(t => t.Key, StringComparer.Ordinal).ToDictionary(t => t.Key, t => Of([.. t.Value]), StringComparer.Ordinal);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    /// <summary>Calls after a pause, and notes how long it took.</summary>
    public async Task<T> TimedAsync<T>(string name, Func<Task<T>> call)
    {
        await Task.Delay(Pause, _stop.Token);
        var watch = Stopwatch.StartNew();
        var answer = await call();
        var took = watch.Elapsed.TotalMilliseconds;
        _times.GetOrAdd(name, _ => []).Add(took);
        _all.Add(took);
        return answer;
    }

    private static AnswerTimes Of(List<double> times) => new(
        times.Count, ReviewMeasured.Percentile(times, 0.5), ReviewMeasured.Percentile(times, 0.95), ReviewMeasured.Percentile(times, 0.99), Math.Round(times.Max(), 1));

    private async Task AgainAsync(Func<Task> round)
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                await round();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // It was told to end.
        }
    }

    private async Task RequestsAsync()
    {
        await AnsweredAsync("page_review", () => site.Browser.GetAsync("/review", _stop.Token));
        await AnsweredAsync("page_account", () => site.Browser.GetAsync("/account/me", _stop.Token));
        await AnsweredAsync("list_queues", () => site.Client.GetAsync("/api/v1/queues", _stop.Token));
        await AnsweredAsync("list_cases", () => site.Client.GetAsync($"/api/v1/cases?queue={MediaBenchSite.Queue}&limit=100", _stop.Token));
        using var claimed = await AnsweredAsync("claim_and_open", () => site.Client.PostAsJsonAsync("/api/v1/tasks/claim", new { queue = MediaBenchSite.Queue }, _stop.Token));
        if (claimed.StatusCode == HttpStatusCode.OK)
        {
            var task = await claimed.Content.ReadFromJsonAsync<JsonElement>(_stop.Token);
            await AnsweredAsync("release", () => site.Client.PostAsJsonAsync(
                $"/api/v1/tasks/{task.GetProperty("task").GetInt64()}/release", new { fencingToken = task.GetProperty("fencingToken").GetInt64() }, _stop.Token));
        }
    }

    private async Task<HttpResponseMessage> AnsweredAsync(string name, Func<Task<HttpResponseMessage>> send)
    {
        var answer = await TimedAsync(name, async () =>
        {
            var response = await send();
            await response.Content.LoadIntoBufferAsync(_stop.Token);
            return response;
        });
        return answer.IsSuccessStatusCode ? answer : throw new InvalidOperationException($"{name} was answered with {answer.StatusCode} {answer.Headers.Location}.");
    }
}
