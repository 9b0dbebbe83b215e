using System.Globalization;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Labels.Agreements;
using ReviewStudio.Core.Labels.Agreements.Keeping;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Training;

namespace ReviewStudio.Components.Pages.Agreement;

/// <summary>What the address says: the whole state of the page, so that a link shows the same to a colleague.</summary>
/// <param name="Days">Only verdicts of so many days; null for all.</param>
/// <param name="Cell">An open cell of a heat map: <c>r:ID-ID</c> for two reviewers, <c>l:KEY~KEY</c> for two labels.</param>
public sealed record AgreementQuery(string? Policy, string? Queue, string? Language, int? Version, int? Days, string? Cell)
{
    public string? Modality { get; init; }

    /// <summary>An <see cref="AgreementSplit"/>; by label when not said.</summary>
    public string? Split { get; init; }

    /// <summary>The editions that are compared; the last two when not said.</summary>
    public int? From { get; init; }

    public int? To { get; init; }

    /// <summary>What decides on the measures: everything but what is opened or compared beside them.</summary>
    internal AgreementQuery Measured => this with { Cell = null, Split = null, From = null, To = null };
}

/// <summary>What the page on agreement holds and does, without its looks.</summary>
public sealed class AgreementState(
    ListLoopPolicies listPolicies, AskFigures ask, FindDisagreements find, SetAgreementTarget target)
{
    private AgreementQuery? _measured;

    public IReadOnlyList<LoopPolicy>? Policies { get; private set; }

    public LoopPolicy? Policy { get; private set; }

    public AgreementReport? Report { get; private set; }

    public AgreementParts? Parts { get; private set; }

    public HumanModelReport? Model { get; private set; }

    /// <summary>Editions that verdicts were given under.</summary>
    public IReadOnlyList<int> Versions { get; private set; } = [];

    /// <summary>Null with fewer than two editions.</summary>
    public VersionComparison? Comparison { get; private set; }

    /// <summary>The cases behind the open cell; null while none is open.</summary>
    public IReadOnlyList<DisputedCase>? Cases { get; private set; }

    public AgreementCell? Cell { get; private set; }

    /// <summary>The instant that the figures are true of; null where they were measured for this page.</summary>
    public DateTime? AsOf { get; private set; }

    /// <summary>The job that measures something of the page; null when all is there. Go to the same address again to see it go on.</summary>
    public BackgroundJob? Measuring { get; private set; }

    public string? Failure { get; set; }

    /// <summary>Measures what the address asks for; a change of the open cell alone measures nothing anew.</summary>
    public async Task GoAsync(AgreementQuery query, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(query);
        try
        {
            Policies ??= await listPolicies.RunAsync(actor, cancellation);
            Policy = Policies.FirstOrDefault(p => string.Equals(p.Key, query.Policy, StringComparison.Ordinal)) ?? Policies.FirstOrDefault();
            if (Policy is null)
            {
                return;
            }

            var question = Question(query);
            if (_measured != query.Measured || Measuring is not null)
            {
                Report = _measured == query.Measured ? Report : null;
                var overview = await AskAsync<AgreementOverview>(question, actor, cancellation);
                (AsOf, Measuring) = (overview.AsOf, overview.Measuring);
                (Model, Versions) = (overview.Figures?.Model, overview.Figures?.Versions ?? []);

                // Kept figures know only what the target was.
                Report = overview.Figures?.Report is { } report ? report with { Target = await target.NowAsync(Policy.Id, cancellation) } : null;
                (_measured, Parts, Comparison) = (query.Measured, null, null);
            }

            if (Report is { Summary.KrippendorffAlpha.N: > 0 })
            {
                var by = Enum.TryParse<AgreementSplit>(query.Split, ignoreCase: true, out var named) ? named : AgreementSplit.Label;
                Parts = Parts?.Split == by ? Parts : await FiguresAsync<AgreementParts>(question with { Kind = FigureKind.Parts, Split = by }, actor, cancellation);
                await CompareAsync(query, question, actor, cancellation);
            }

            Cell = Read(query.Cell);
            Cases = Cell is null ? null : await find.ShowAsync(await FiguresAsync<List<long>>(question with { Kind = FigureKind.Cell, Cell = Cell }, actor, cancellation) ?? [], actor, cancellation);
            Failure = null;
        }
        catch (RefusedException e)
        {
            Failure = e.Message;
        }
    }

    public async Task SetTargetAsync(double value, Actor actor, CancellationToken cancellation)
    {
        try
        {
            await target.RunAsync(Policy!.Id, value, actor, cancellation);
            Report = Report! with { Target = value };
            Failure = null;
        }
        catch (RefusedException e)
        {
            Failure = e.Message;
        }
    }

    private async Task CompareAsync(AgreementQuery query, FigureQuestion question, Actor actor, CancellationToken cancellation)
    {
        if (Versions.Count < 2)
        {
            Comparison = null;
            return;
        }

        var (first, second) = (query.From ?? Versions[^2], query.To ?? Versions[^1]);
        if (Comparison is null || (Comparison.First, Comparison.Second) != (first, second))
        {
            Comparison = await FiguresAsync<VersionComparison>(question with { Kind = FigureKind.Versions, Version = null, First = first, Second = second }, actor, cancellation);
        }
    }

    private Task<AskedFigures<T>> AskAsync<T>(FigureQuestion question, Actor actor, CancellationToken cancellation)
        where T : class => ask.RunAsync<T>(question, actor, cancellation);

    /// <summary>What is kept by now; a job that measures it is followed as the page's own.</summary>
    private async Task<T?> FiguresAsync<T>(FigureQuestion question, Actor actor, CancellationToken cancellation)
        where T : class
    {
        var asked = await AskAsync<T>(question, actor, cancellation);
        Measuring ??= asked.Measuring;
        return asked.Figures;
    }

    /// <summary>A label's name and colour; its key where the version in force no longer has it.</summary>
    public (string Name, string Colour) Label(string key) =>
        Report?.Labels.FirstOrDefault(l => l.Key == key) is { } label ? (label.Name, label.Colour) : (key, "#6b7280");

    public static string Of(long first, long second) => string.Create(CultureInfo.InvariantCulture, $"r:{first}-{second}");

    public static string Of(string first, string second) => $"l:{first}~{second}";

    /// <summary>A cell from the address; null when there is none, or it makes no sense.</summary>
    public static AgreementCell? Read(string? text)
    {
        if (text?.StartsWith("r:", StringComparison.Ordinal) == true && text[2..].Split('-') is [var a, var b]
            && long.TryParse(a, CultureInfo.InvariantCulture, out var first) && long.TryParse(b, CultureInfo.InvariantCulture, out var second))
        {
            return new AgreementCell(first, second);
        }

        return text?.StartsWith("l:", StringComparison.Ordinal) == true && text[2..].Split('~') is [var from, var to]
            ? new AgreementCell(FirstLabel: from, SecondLabel: to)
            : null;
    }

    private FigureQuestion Question(AgreementQuery query) => new(
        FigureKind.Overview,
        Policy!.Id,
        Policy.Queues.FirstOrDefault(q => string.Equals(q.Key, query.Queue, StringComparison.Ordinal))?.Id,
        string.IsNullOrEmpty(query.Language) ? null : query.Language,
        string.IsNullOrEmpty(query.Modality) ? null : query.Modality,
        query.Version,
        query.Days is > 0 and var days ? days : null);
}
