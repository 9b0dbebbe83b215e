using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Metrics.Agreement;

namespace ReviewStudio.Core.Labels.Agreements;

/// <summary>How verdicts and predictions go together.</summary>
/// <param name="Agreement">How often the verdict is the label that the model thought most probable.</param>
/// <param name="Kappa">The same, corrected for chance by each side's own shares.</param>
public sealed record HumanModel(Coefficient Agreement, Coefficient Kappa);

/// <summary>Reviewers against the model that predicted at the time.</summary>
/// <param name="Audit">Blind verdicts of the audit sample: drawn by chance from all traffic, so these stand for it.</param>
/// <param name="Blind">All blind verdicts, second looks too.</param>
/// <param name="Shown">Verdicts given with the prediction in sight, on cases that were ranked because the model was unsure.</param>
public sealed record HumanModelReport(HumanModel Audit, HumanModel Blind, HumanModel Shown);

/// <summary>Compares reviewers with the model, those who saw its prediction apart from those who did not.</summary>
public sealed class CompareWithModel(RatingStore store) : IUseCase
{
    public Task<HumanModelReport> RunAsync(AgreementFilter filter, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(actor);
        actor.Require(Roles.PolicyLead, Roles.MLEngineer);
        return store.WithAsync(
            filter.PolicyId,
            view =>
            {
                var selected = view.Select(filter);
                return new HumanModelReport(
                    Of(selected, r => r is { Shown: false, Audit: true }), Of(selected, r => !r.Shown), Of(selected, r => r.Shown));
            },
            cancellation);
    }

    private static HumanModel Of(RatingSelection selected, Func<RatingRow, bool> counts)
    {
        var (human, model) = (new List<int>(), new List<int>());
        for (var i = 0; i < selected.Rows.Length; i++)
        {
            if (counts(selected.Rows[i]) && selected.View.Predicted(selected.Rows[i]) is >= 0 and var predicted)
            {
                human.Add(selected.Labels[i]);
                model.Add(predicted);
            }
        }

        var n = human.Count;
        int[] items = [.. Enumerable.Range(0, n), .. Enumerable.Range(0, n)];
        int[] raters = [.. Enumerable.Repeat(0, n), .. Enumerable.Repeat(1, n)];
        int[] labels = [.. human, .. model];
        var table = RatingTable.Of(items, raters, labels, n, 2, selected.View.Labels.Count);
        return new HumanModel(PercentAgreement.Of(table), CohenKappa.Of([.. human], [.. model], selected.View.Labels.Count));
    }
}
