using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Training;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Training;

public sealed class CalibrationWeightsTests
{
    private static readonly ExampleRow Unranked = new()
    {
        CaseKey = 1, ItemKey = 1, CaseId = Guid.Empty, Source = "s", ExternalId = "1", Language = "en", Modality = "text", Text = "t", Label = "ok",
        SoftLabel = "{}", Confidence = 1, Method = "single", Reviewers = 1, Stratum = "unscored", SamplingProbability = 0, InAuditSample = false,
        PolicyVersion = 1, LabelledAt = new DateTime(2026, 11, 2, 9, 0, 0, DateTimeKind.Utc),
    };

    [Fact]
    public void Ranked_labels_count_nothing_and_the_audit_sample_by_its_probability()
    {
        var ranked = Unranked with { RankedByHead = true };
        var audited = ranked with { InAuditSample = true, SamplingProbability = 0.02 };

        var weights = CalibrationWeights.Of([.. Enumerable.Repeat(Unranked, CalibrationWeights.Fewest), ranked, audited]);

        weights[0].ShouldBe(1);
        weights[^2].ShouldBe(0);
        weights[^1].ShouldBe(50, 1e-4);
    }

    [Fact]
    public void With_too_few_unbiased_labels_all_count_alike() =>
        CalibrationWeights.Of([.. Enumerable.Repeat(Unranked, CalibrationWeights.Fewest - 1), Unranked with { RankedByHead = true }]).ShouldAllBe(w => w == 1);
}
