namespace ReviewStudio.Core.Queue.Settings;

/// <summary>What can be set on a queue, on its way in from a form or the API. See <see cref="ReviewQueue"/> for what each value means.</summary>
public sealed class QueueSettings
{
    public string Name { get; set => field = value ?? ""; } = "";

    public string Strategy { get; set => field = value ?? ""; } = "margin";

    public double UncertaintyWeight { get; set; } = 1;

    public double SeverityWeight { get; set; } = 0.25;

    public double ArrivalWeight { get; set; } = 0.01;

    public ReviewPlan Plan { get; set => field = value ?? new(); } = new();

    public int RequiredClearance { get; set; }

    public int LeaseSeconds { get; set; } = 300;

    public int UndoSeconds { get; set; } = 8;

    public double AuditRate { get; set; } = 0.02;

    public int AuditDailyBudget { get; set; } = 50;

    public int RetrainEvery { get; set; } = 200;

    public string RetrainCron { get; set => field = value ?? ""; } = "";

    public bool PromoteAutomatically { get; set; } = true;

    public string Trainer { get; set => field = value ?? ""; } = "logistic";

    /// <summary>A copy of what a queue is set to.</summary>
    public static QueueSettings Of(ReviewQueue queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        return new QueueSettings
        {
            Name = queue.Name,
            Strategy = queue.Strategy,
            UncertaintyWeight = queue.UncertaintyWeight,
            SeverityWeight = queue.SeverityWeight,
            ArrivalWeight = queue.ArrivalWeight,
            Plan = queue.Plan.Copy(),
            RequiredClearance = queue.RequiredClearance,
            LeaseSeconds = queue.LeaseSeconds,
            UndoSeconds = queue.UndoSeconds,
            AuditRate = queue.AuditRate,
            AuditDailyBudget = queue.AuditDailyBudget,
            RetrainEvery = queue.RetrainEvery,
            RetrainCron = queue.RetrainCron,
            PromoteAutomatically = queue.PromoteAutomatically,
            Trainer = queue.Trainer,
        };
    }

    internal void WriteTo(ReviewQueue queue, DateTime now)
    {
        if (queue.RetrainCron != RetrainCron.Trim())
        {
            queue.RetrainDueAt = CronText.Next(RetrainCron, now);
        }

        queue.Name = Name.Trim();
        queue.Strategy = Strategy;
        queue.UncertaintyWeight = UncertaintyWeight;
        queue.SeverityWeight = SeverityWeight;
        queue.ArrivalWeight = ArrivalWeight;
        queue.Plan = Plan.Copy();
        queue.RequiredClearance = RequiredClearance;
        queue.LeaseSeconds = LeaseSeconds;
        queue.UndoSeconds = UndoSeconds;
        queue.AuditRate = AuditRate;
        queue.AuditDailyBudget = AuditDailyBudget;
        queue.RetrainEvery = RetrainEvery;
        queue.RetrainCron = RetrainCron.Trim();
        queue.PromoteAutomatically = PromoteAutomatically;
        queue.Trainer = Trainer.Trim();
        queue.ConcurrencyStamp = Guid.NewGuid();
    }
}
