using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Labels.Gold;
using ReviewStudio.Core.Labels.Skills;
using ReviewStudio.Core.Queue;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Labels;

public sealed class ConsensusTests
{
    private static readonly string[] Labels = ["ok", "bad", "worse"];

    [Fact]
    public void Majority_of_three_is_the_label_and_its_share_the_confidence()
    {
        var consensus = Of(new ReviewPlan { ReviewersPerCase = 3 }, "bad", "bad", "ok");
        (consensus.LabelKey, consensus.Method, consensus.AdjudicateBecause).ShouldBe(("bad", "majority", null));
        consensus.Confidence.ShouldBe(2 / 3.0, 1e-12);
        consensus.SoftLabel["ok"].ShouldBe(1 / 3.0, 1e-12);
    }

    [Fact]
    public void Tie_is_no_label_and_is_adjudicated() =>
        Of(new ReviewPlan { ReviewersPerCase = 2 }, "bad", "ok").ShouldSatisfyAllConditions(
            c => c.LabelKey.ShouldBeNull(), c => c.AdjudicateBecause.ShouldBe("The reviewers do not agree."));

    [Fact]
    public void Any_disagreement_is_adjudicated_where_the_plan_says_so_and_the_label_stands_until_then()
    {
        var consensus = Of(new ReviewPlan { ReviewersPerCase = 3, AdjudicateAnyDisagreement = true }, "bad", "bad", "ok");
        (consensus.LabelKey, consensus.AdjudicateBecause).ShouldBe(("bad", "The reviewers do not agree."));
    }

    [Fact]
    public void Label_below_the_confidence_asked_for_is_adjudicated() =>
        Of(new ReviewPlan { ReviewersPerCase = 3, AdjudicateBelow = 0.7 }, "bad", "bad", "ok").AdjudicateBecause.ShouldNotBeNull().ShouldContain("67 %");

    [Theory]
    [InlineData("worse", true)]
    [InlineData("bad", false)]
    public void Label_of_some_severity_is_adjudicated(string label, bool adjudicated) =>
        (Of(new ReviewPlan { AdjudicateSeverity = 3 }, label).AdjudicateBecause is not null).ShouldBe(adjudicated);

    [Fact]
    public void Another_reviewer_is_asked_only_while_the_posterior_is_not_sure()
    {
        var plan = new ReviewPlan { SureAt = 0.95, ReviewersAtMost = 4 };

        // Of a reviewer nothing is known of: 0.8 against 0.1 and 0.1 with even priors, 0.8 sure.
        Of(plan, "bad").ShouldSatisfyAllConditions(c => c.WantsAnother.ShouldBeTrue(), c => c.LabelKey.ShouldBeNull());

        // Two that agree: 0.64 against 0.01 and 0.01, 0.97 sure.
        Of(plan, "bad", "bad").ShouldSatisfyAllConditions(c => c.WantsAnother.ShouldBeFalse(), c => c.LabelKey.ShouldBe("bad"));
        Of(plan, "bad", "ok").WantsAnother.ShouldBeTrue();
        Of(plan, "bad", "ok", "bad", "ok").ShouldSatisfyAllConditions(c => c.WantsAnother.ShouldBeFalse(), c => c.AdjudicateBecause.ShouldNotBeNull());
    }

    [Fact]
    public void Dawid_Skene_gives_the_posterior_as_soft_label()
    {
        var consensus = Of(new ReviewPlan { ReviewersPerCase = 2, Method = ConsensusMethods.DawidSkene }, "bad", "bad");
        (consensus.LabelKey, consensus.Method).ShouldBe(("bad", "dawid-skene"));
        consensus.Confidence.ShouldBe(0.64 / 0.66, 1e-12);
        consensus.SoftLabel.Values.Sum().ShouldBe(1, 1e-12);
    }

    [Fact]
    public void Adjudication_settles_it_alone()
    {
        var consensus = Consensus.Of(
            [new("bad", 1, false), new("bad", 2, false), new("ok", 3, true)], Rule(new ReviewPlan { ReviewersPerCase = 2, AdjudicateAnyDisagreement = true }));
        (consensus.LabelKey, consensus.Method, consensus.AdjudicateBecause).ShouldBe(("ok", "adjudicated", null));
    }

    [Fact]
    public void Overlap_and_second_looks_are_drawn_by_the_case_and_independent_of_each_other()
    {
        var plan = new ReviewPlan { OverlapShare = 0.3, OverlapReviewers = 4, SecondLookShare = 0.5 };
        var ids = Enumerable.Range(0, 4_000).Select(i => new Guid(i, 7, 9, 1, 2, 3, 4, 5, 6, 7, 8)).ToList();

        var overlap = ids.Count(id => plan.WantedFor(id) == 4);
        var both = ids.Count(id => plan.WantedFor(id) == 4 && CaseDraws.SecondLook(id) < 0.5);

        (overlap / 4_000.0).ShouldBe(0.3, 0.03);
        ((double)both / overlap).ShouldBe(0.5, 0.06);
        ids.ShouldAllBe(id => plan.WantedFor(id) == 1 || !plan.WantsSecondLook(id));
    }

    [Fact]
    public void Gold_draw_comes_out_anew_each_time_and_as_often_as_the_share_says()
    {
        var task = new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        var draws = Enumerable.Range(0, 4_000).Select(claim => CaseDraws.Gold(task, 5, claim)).ToList();
        (draws.Count(d => d < 0.1) / 4_000.0).ShouldBe(0.1, 0.02);
        CaseDraws.Gold(task, 5, 3).ShouldBe(CaseDraws.Gold(task, 5, 3));
    }

    [Fact]
    public void Shift_began_with_the_first_verdict_after_a_pause()
    {
        var now = new DateTime(2026, 3, 1, 16, 0, 0, DateTimeKind.Utc);
        DateTime Ago(int minutes) => now.AddMinutes(-minutes);

        MyGold.ShiftBegan([Ago(10), Ago(35), Ago(50), Ago(120)], now).ShouldBe(Ago(50));
        MyGold.ShiftBegan([Ago(40), Ago(50)], now).ShouldBeNull("the shift is over");
        MyGold.ShiftBegan([], now).ShouldBeNull();
    }

    private static Consensus Of(ReviewPlan plan, params string[] given) =>
        Consensus.Of([.. given.Select((label, i) => new StandingVerdict(label, i + 1, false))], Rule(plan));

    private static ConsensusRule Rule(ReviewPlan plan) =>
        new(plan.ReviewersPerCase, plan, ReviewerSkills.Unknown(Labels), new Dictionary<string, int> { ["ok"] = 0, ["bad"] = 1, ["worse"] = 3 });
}
