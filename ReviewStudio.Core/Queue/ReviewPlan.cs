namespace ReviewStudio.Core.Queue;

/// <summary>Who judges a case, how often, how the verdicts add up, and who settles what they leave open.</summary>
public sealed class ReviewPlan
{
    /// <summary>Verdicts wanted a case (k), 1 to 9.</summary>
    public int ReviewersPerCase { get; set; } = 1;

    /// <summary>Share of cases, 0 to 1, that another reviewer judges as well, blind; where one verdict a case is wanted.</summary>
    public double SecondLookShare { get; set; }

    /// <summary>Share of cases, 0 to 1, that <see cref="OverlapReviewers"/> judge independently: what reviewers are calibrated on.</summary>
    public double OverlapShare { get; set; }

    /// <summary>Verdicts on a case of the overlap, 2 to 9.</summary>
    public int OverlapReviewers { get; set; } = 3;

    /// <summary>Share of a reviewer's tasks whose answer is known, 0 to 0.5; without known answers it has no effect.</summary>
    public double GoldShare { get; set; } = 0.05;

    /// <summary>How verdicts add up: one of <see cref="ConsensusMethods"/>.</summary>
    public string Method { get; set; } = ConsensusMethods.Majority;

    /// <summary>Another reviewer is asked while the label's posterior is below this, 0.5 to 0.9999; 0 asks for none.</summary>
    public double SureAt { get; set; }

    /// <summary>Most verdicts a case that is not sure yet asks for, 1 to 15.</summary>
    public int ReviewersAtMost { get; set; } = 5;

    /// <summary>Any two labels that differ go to adjudication; otherwise only a tie does.</summary>
    public bool AdjudicateAnyDisagreement { get; set; }

    /// <summary>A label whose confidence stays below this goes to adjudication, 0 to 1; 0 turns it off.</summary>
    public double AdjudicateBelow { get; set; }

    /// <summary>A label of at least this severity goes to adjudication, 1 to 3; 0 turns it off.</summary>
    public int AdjudicateSeverity { get; set; }

    /// <summary>Reviewers from this clearance on adjudicate as well as policy leads, 1 to 9; 0 leaves it to the leads.</summary>
    public int AdjudicatorClearance { get; set; }

    /// <summary>A case whose content was judged before, part by part the same, takes that label over and asks nobody. Cases drawn for audit, second look or overlap do not.</summary>
    public bool TakeOverDuplicates { get; set; }

    /// <summary>The verdicts that a case wants before it concludes.</summary>
    public int WantedFor(Guid caseId) => InOverlap(caseId) ? Math.Max(OverlapReviewers, ReviewersPerCase) : ReviewersPerCase;

    /// <summary>Whether a case is judged by several for calibration. Its own id decides, before anything is known of its content.</summary>
    public bool InOverlap(Guid caseId) => OverlapShare > 0 && CaseDraws.Overlap(caseId) < OverlapShare;

    /// <summary>Whether a case gets a blind second look.</summary>
    public bool WantsSecondLook(Guid caseId) => WantedFor(caseId) == 1 && CaseDraws.SecondLook(caseId) < SecondLookShare;

    /// <summary>A copy, to be changed apart.</summary>
    public ReviewPlan Copy() => (ReviewPlan)MemberwiseClone();
}

/// <summary>The ways in which verdicts add up.</summary>
public static class ConsensusMethods
{
    /// <summary>The label that most reviewers gave.</summary>
    public const string Majority = "majority";

    /// <summary>Votes count by what the reviewer's verdicts have been worth so far.</summary>
    public const string Weighted = "weighted";

    /// <summary>The most probable label, given how each reviewer confuses labels.</summary>
    public const string DawidSkene = "dawid-skene";

    public static IReadOnlyList<string> All { get; } = [Majority, Weighted, DawidSkene];
}
