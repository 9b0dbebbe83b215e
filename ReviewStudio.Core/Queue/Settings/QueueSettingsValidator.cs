using FluentValidation;
using ReviewStudio.Core.Queue.Ranking;

namespace ReviewStudio.Core.Queue.Settings;

/// <summary>What a queue's settings must fulfil, in the form and at the API.</summary>
public sealed class QueueSettingsValidator : AbstractValidator<QueueSettings>
{
    public QueueSettingsValidator()
    {
        RuleFor(q => q.Name).Cascade(CascadeMode.Stop)
            .Must(name => !string.IsNullOrWhiteSpace(name)).WithMessage("Give the queue a name.")
            .MaximumLength(120).WithMessage("A queue's name has at most 120 characters.");
        RuleFor(q => q.Strategy).Must(key => RankingStrategies.All.Any(s => string.Equals(s.Key, key, StringComparison.Ordinal)))
            .WithMessage(q => $"There is no ranking strategy '{q.Strategy}'. Choose one of {string.Join(", ", RankingStrategies.All.Select(s => s.Key))}.");
        RuleFor(q => q.UncertaintyWeight).Must(Weight).WithMessage(WeightMessage);
        RuleFor(q => q.SeverityWeight).Must(Weight).WithMessage(WeightMessage);
        RuleFor(q => q.ArrivalWeight).Must(Weight).WithMessage(WeightMessage);
        RuleFor(q => q.Plan).SetValidator(new ReviewPlanValidator());
        RuleFor(q => q.RequiredClearance).InclusiveBetween(0, 9).WithMessage("Clearance goes from 0 (everybody) to 9.");
        RuleFor(q => q.LeaseSeconds).InclusiveBetween(30, 86_400).WithMessage("A claim lasts 30 seconds to 86,400 (a day).");
        RuleFor(q => q.UndoSeconds).InclusiveBetween(0, 3_600).WithMessage("The undo window is 0 to 3,600 seconds.");
        RuleFor(q => q.AuditRate).Must(rate => rate is > 0 and <= 1)
            .WithMessage("The audit rate is above 0 and at most 1: at 0 nothing would be known about what nobody reviews.");
        RuleFor(q => q.AuditDailyBudget).InclusiveBetween(0, 100_000).WithMessage("The audit budget is 0 to 100,000 cases a day.");
        RuleFor(q => q.RetrainEvery).InclusiveBetween(0, 1_000_000).WithMessage("Retrain after 1 to 1,000,000 new labels; 0 turns it off.");
        RuleFor(q => q.RetrainCron).Custom((cron, context) =>
        {
            if (CronText.Problem(cron) is { } problem)
            {
                context.AddFailure(problem);
            }
        });
        RuleFor(q => q.Trainer).Cascade(CascadeMode.Stop)
            .Must(trainer => !string.IsNullOrWhiteSpace(trainer)).WithMessage("Name the trainer: 'logistic', or an external one that is configured.")
            .MaximumLength(64).WithMessage("A trainer's name has at most 64 characters.");
    }

    private const string WeightMessage = "A weight is a number from 0 to 100.";

    private static bool Weight(double weight) => double.IsFinite(weight) && weight is >= 0 and <= 100;
}
