using FluentValidation;

namespace ReviewStudio.Core.Queue.Settings;

/// <summary>What a review plan must fulfil.</summary>
public sealed class ReviewPlanValidator : AbstractValidator<ReviewPlan>
{
    public ReviewPlanValidator()
    {
        RuleFor(p => p.ReviewersPerCase).InclusiveBetween(1, 9).WithMessage("A case takes 1 to 9 reviewers.");
        RuleFor(p => p.SecondLookShare).Must(share => share is >= 0 and <= 1).WithMessage("Second looks are 0 to 100 % of the cases.");
        RuleFor(p => p.OverlapShare).Must(share => share is >= 0 and <= 1).WithMessage("The overlap is 0 to 100 % of the cases.");
        RuleFor(p => p.OverlapReviewers).InclusiveBetween(2, 9).WithMessage("A case of the overlap takes 2 to 9 reviewers.");
        RuleFor(p => p.GoldShare).Must(share => share is >= 0 and <= 0.5).WithMessage("Known answers are 0 to 50 % of a reviewer's tasks.");
        RuleFor(p => p.Method).Must(method => ConsensusMethods.All.Contains(method, StringComparer.Ordinal))
            .WithMessage(p => $"Verdicts add up by {string.Join(", ", ConsensusMethods.All)}; there is no '{p.Method}'.");
        RuleFor(p => p.SureAt).Must(sure => sure is 0 or (>= 0.5 and <= 0.9999)).WithMessage("Sure enough is 50 to 99.99 %; 0 asks for no further reviewer.");
        RuleFor(p => p.ReviewersAtMost).InclusiveBetween(1, 15).WithMessage("A case that is not sure asks for at most 1 to 15 reviewers.");
        RuleFor(p => p.AdjudicateBelow).Must(confidence => confidence is >= 0 and <= 1).WithMessage("The confidence is 0 to 100 %; 0 turns the rule off.");
        RuleFor(p => p.AdjudicateSeverity).InclusiveBetween(0, 3).WithMessage("A severity is 1 to 3; 0 turns the rule off.");
        RuleFor(p => p.AdjudicatorClearance).InclusiveBetween(0, 9).WithMessage("A clearance is 1 to 9; 0 leaves it to the policy leads.");
    }
}
