using System.Globalization;
using System.Security.Claims;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Labels.Agreements;
using ReviewStudio.Core.Training;
using ReviewStudio.Security;

namespace ReviewStudio.Api;

/// <summary>The verdicts that agreement is measured on, in the long format that <c>reviewstudio agreement</c> reads.</summary>
internal static class AgreementEndpoints
{
    public static RouteGroupBuilder MapAgreement(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/agreement").WithTags("Agreement").RequireAuthorization(Access.SeeAgreement).AddEndpointFilter<RefusalsAsProblems>();
        group.MapGet("/verdicts.csv", async (
                string policy, string? queue, string? language, string? modality, int? version, int? days,
                ListLoopPolicies policies, ReadRatings ratings, TimeProvider clock, ClaimsPrincipal caller, CancellationToken stop) =>
            {
                var found = (await policies.RunAsync(ActorAccessor.From(caller), stop)).FirstOrDefault(p => string.Equals(p.Key, policy, StringComparison.Ordinal))
                    ?? throw new RefusedException("policy.unknown", $"There is no policy '{policy}'.");
                var filter = new AgreementFilter(
                    found.Id, found.Queues.FirstOrDefault(q => string.Equals(q.Key, queue, StringComparison.Ordinal))?.Id, language, modality, version,
                    Since: days is > 0 and var past ? clock.GetUtcNow().UtcDateTime.AddDays(-past) : null);
                var rows = await ratings.RunAsync(filter, stop);
                return TypedResults.Stream(stream => WriteAsync(stream, rows, stop), "text/csv", $"{policy}-verdicts.csv");
            })
            .WithName("AgreementVerdicts").WithSummary("One line a verdict: item, rater, label, at, blind");
        return group;
    }

    private static async Task WriteAsync(Stream stream, IReadOnlyList<Rating> rows, CancellationToken stop)
    {
        await using var writer = new StreamWriter(stream, leaveOpen: true);
        await writer.WriteAsync("item,rater,label,at,blind\r\n");
        foreach (var row in rows)
        {
            stop.ThrowIfCancellationRequested();

            // Numbers and label keys: nothing here needs quoting.
            await writer.WriteAsync(string.Create(
                CultureInfo.InvariantCulture, $"{row.CaseId},{row.ReviewerId},{row.LabelKey},{row.At:yyyy-MM-ddTHH:mm:ssZ},{(row.Blind ? "yes" : "no")}\r\n"));
        }
    }
}
