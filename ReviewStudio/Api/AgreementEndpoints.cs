using System.Security.Claims;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Accounts.Keys;
using ReviewStudio.Core.Labels.Agreements;
using ReviewStudio.Core.Labels.Gold;
using ReviewStudio.Core.Training;
using ReviewStudio.Security;

namespace ReviewStudio.Api;

/// <summary>The figures on agreement as CSV files; the verdicts in the long format that <c>reviewstudio agreement</c> reads.</summary>
internal static class AgreementEndpoints
{
    private const string SplitBy = "split-";

    public static RouteGroupBuilder MapAgreement(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/agreement").WithTags("Agreement").RequireAuthorization(Access.SeeAgreement).AddEndpointFilter<RefusalsAsProblems>();
        group.MapGet("/{table}.csv", async (string table, [AsParameters] AgreementRequest request, [AsParameters] AgreementUses uses, ClaimsPrincipal caller, CancellationToken stop) =>
                CsvFile.Of(await RowsAsync(table, request, uses, ActorAccessor.From(caller), stop), $"{request.Policy}-{table}.csv", stop))
            .RequireScope(ApiScopes.ReadAgreement).WithName("AgreementTable")
            .WithSummary("Figures on agreement: verdicts, measures, weeks, labels, pairs, reviewers, gold, or split-label, split-language, split-modality, split-queue, split-version, split-team, split-site, split-reviewerlanguage")
            .Produces<string>(StatusCodes.Status200OK, "text/csv").ProducesProblem(StatusCodes.Status404NotFound);
        return group;
    }

    private static async Task<IEnumerable<object?[]>> RowsAsync(string table, AgreementRequest request, AgreementUses uses, Actor actor, CancellationToken stop)
    {
        var policy = (await uses.Policies.RunAsync(actor, stop)).FirstOrDefault(p => string.Equals(p.Key, request.Policy, StringComparison.Ordinal))
            ?? throw new RefusedException("policy.unknown", $"There is no published policy '{request.Policy}'.");
        var filter = new AgreementFilter(
            policy.Id, policy.Queues.FirstOrDefault(q => string.Equals(q.Key, request.Queue, StringComparison.Ordinal))?.Id, request.Language, request.Modality, request.Version,
            request.Days is > 0 and var past ? uses.Clock.GetUtcNow().UtcDateTime.AddDays(-past) : null);
        Task<AgreementReport> ReportAsync() => uses.Measure.RunAsync(filter, actor, stop);
        return table switch
        {
            "verdicts" => AgreementTables.Verdicts(await uses.Ratings.RunAsync(filter, stop)),
            "measures" => AgreementTables.Measures(await ReportAsync()),
            "weeks" => AgreementTables.Weeks(await ReportAsync()),
            "labels" => AgreementTables.Labels(await ReportAsync()),
            "pairs" => AgreementTables.Pairs(await ReportAsync()),
            "reviewers" => AgreementTables.Reviewers(await ReportAsync()),
            "gold" => AgreementTables.Gold(await uses.Gold.RunAsync(policy.Id, actor, stop)),
            _ when table.StartsWith(SplitBy, StringComparison.Ordinal) && Enum.TryParse<AgreementSplit>(table[SplitBy.Length..], ignoreCase: true, out var split) =>
                AgreementTables.Parts(await uses.Split.RunAsync(filter, split, actor, stop)),
            _ => throw new RefusedException("table.unknown", $"There is no table '{table}'. There are verdicts, measures, weeks, labels, pairs, reviewers, gold and split-… ."),
        };
    }

    /// <param name="Policy">The policy's key.</param>
    /// <param name="Queue">A queue's key.</param>
    /// <param name="Version">Only verdicts under this edition.</param>
    /// <param name="Days">Only verdicts of so many days.</param>
    internal sealed record AgreementRequest(string Policy, string? Queue, string? Language, string? Modality, int? Version, int? Days);

    /// <summary>What the tables are read by.</summary>
    internal sealed record AgreementUses(
        ListLoopPolicies Policies, ReadRatings Ratings, MeasureAgreement Measure, SplitAgreement Split, MeasureGold Gold, TimeProvider Clock);
}
