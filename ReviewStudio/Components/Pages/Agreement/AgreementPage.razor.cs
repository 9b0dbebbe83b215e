using System.Globalization;
using Microsoft.AspNetCore.Components;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Labels.Agreements;
using ReviewStudio.Core.Metrics.Agreement;
using ReviewStudio.Security;

namespace ReviewStudio.Components.Pages.Agreement;

/// <summary>How well reviewers agree, where they do not, and on which cases. Filters and open cell stand in the URL.</summary>
public sealed partial class AgreementPage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private static readonly string[] Modalities = ["text", "image", "audio", "video"];

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private Actor? _actor;
    private bool _following;

    [SupplyParameterFromQuery(Name = "policy")]
    public string? PolicyKey { get; set; }

    [SupplyParameterFromQuery(Name = "queue")]
    public string? QueueKey { get; set; }

    [SupplyParameterFromQuery(Name = "language")]
    public string? Language { get; set; }

    [SupplyParameterFromQuery(Name = "version")]
    public string? VersionText { get; set; }

    private int? Version => Addressed.Number(VersionText);

    [SupplyParameterFromQuery(Name = "days")]
    public string? DaysText { get; set; }

    private int? Days => Addressed.Number(DaysText);

    [SupplyParameterFromQuery(Name = "modality")]
    public string? Modality { get; set; }

    /// <summary>What agreement is shown part by part of.</summary>
    [SupplyParameterFromQuery(Name = "split")]
    public string? Split { get; set; }

    /// <summary>The edition before, of the two that are compared.</summary>
    [SupplyParameterFromQuery(Name = "from")]
    public string? FromText { get; set; }

    private int? From => Addressed.Number(FromText);

    [SupplyParameterFromQuery(Name = "to")]
    public string? ToText { get; set; }

    private int? To => Addressed.Number(ToText);

    [SupplyParameterFromQuery(Name = "cell")]
    public string? OpenCell { get; set; }

    [Inject]
    private AgreementState State { get; set; } = null!;

    [Inject]
    private ActorAccessor Actors { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private AgreementQuery Query => new(PolicyKey, QueueKey, Language, Version, Days, OpenCell) { Modality = Modality, Split = Split, From = From, To = To };

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        _actor ??= await Actors.CurrentAsync();
        await State.GoAsync(Query, _actor, _gone.Token);
        if (State.Measuring is not null && !_following)
        {
            _following = true;
            _ = FollowAsync();
        }
    }

    /// <summary>Looks again until a job has measured what the page shows.</summary>
    private async Task FollowAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(Pause, Clock);
            while (State.Measuring is not null && await timer.WaitForNextTickAsync(_gone.Token))
            {
                await InvokeAsync(async () =>
                {
                    await State.GoAsync(Query, _actor!, _gone.Token);
                    StateHasChanged();
                });
            }
        }
        catch (OperationCanceledException)
        {
            // The page is gone.
        }
        finally
        {
            _following = false;
        }
    }

    private void Go(AgreementQuery query) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(
        new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["policy"] = Empty(query.Policy), ["queue"] = Empty(query.Queue), ["language"] = Empty(query.Language), ["version"] = query.Version,
            ["days"] = query.Days, ["cell"] = query.Cell, ["modality"] = Empty(query.Modality), ["split"] = Empty(query.Split), ["from"] = query.From, ["to"] = query.To,
        }));

    private Task TargetAsync(ChangeEventArgs e) => State.SetTargetAsync(
        double.TryParse(e.Value as string, CultureInfo.InvariantCulture, out var target) ? target : double.NaN, _actor!, _gone.Token);

    /// <summary>A link to the figures beside it as a CSV file, by the same filters.</summary>
    private RenderFragment Csv(string table) => builder =>
    {
        builder.OpenElement(0, "a");
        builder.AddAttribute(1, "class", "csv");
        builder.AddAttribute(2, "href", CsvAddress(table));
        builder.AddAttribute(3, "download", "");
        builder.AddContent(4, "CSV");
        builder.CloseElement();
    };

    private string CsvAddress(string table) => Navigation.GetUriWithQueryParameters(
        $"/api/v1/agreement/{table}.csv",
        new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["policy"] = State.Policy?.Key, ["queue"] = Empty(QueueKey), ["language"] = Empty(Language), ["modality"] = Empty(Modality), ["version"] = Version, ["days"] = Days,
        });

    private static RenderFragment Row(string name, Coefficient measure, string meaning, double? target = null) => builder =>
    {
        builder.OpenComponent<MeasureRow>(0);
        builder.AddComponentParameter(1, nameof(MeasureRow.Name), name);
        builder.AddComponentParameter(2, nameof(MeasureRow.Measure), measure);
        builder.AddComponentParameter(3, nameof(MeasureRow.Meaning), meaning);
        builder.AddComponentParameter(4, nameof(MeasureRow.Target), target);
        builder.CloseComponent();
    };

    /// <summary>Each warning once: the measures rest on the same cases.</summary>
    private static IEnumerable<string> Cautions(AgreementSummary summary) => new[]
        {
            summary.KrippendorffAlpha, summary.FleissKappa, summary.GwetAc1, summary.CohenKappaMean, summary.PercentAgreement,
        }
        .Select(m => m.Caution).OfType<string>().Distinct(StringComparer.Ordinal);

    private static HeatCell? Confusion(AgreementReport report, int row, int column)
    {
        var count = report.Confusions[row, column];
        if (count == 0)
        {
            return null;
        }

        // Agreement and confusion are coloured apart: a full diagonal is good.
        var most = 0;
        for (var a = 0; a < report.Labels.Count; a++)
        {
            for (var b = 0; b < report.Labels.Count; b++)
            {
                most = (a == b) == (row == column) ? Math.Max(most, report.Confusions[a, b]) : most;
            }
        }

        return new HeatCell(
            count.ToString("N0", CultureInfo.InvariantCulture), (double)count / most, row == column ? HeatKind.Good : HeatKind.Bad,
            row == column ? $"{count:N0} pairs agree on {report.Labels[row].Name}" : $"{report.Labels[row].Name} against {report.Labels[column].Name}: {count:N0} pairs",
            Opens: row != column);
    }

    private static string Two(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Text(ChangeEventArgs e) => e.Value as string ?? "";

    private static int? Whole(ChangeEventArgs e) => int.TryParse(e.Value as string, CultureInfo.InvariantCulture, out var n) ? n : null;

    private static string? Empty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
