using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Review;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>Judges as the workbench does: claim, open, answer.</summary>
public static class Judging
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <returns>The sheet of the next task; null when nothing waits.</returns>
    public static async Task<TaskSheet?> ClaimAsync(this TestStudio studio, Actor reviewer)
    {
        var claim = await studio.Get<ClaimNextTask>().RunAsync(new ClaimRequest(), reviewer, None);
        return claim is null ? null : await studio.Get<OpenTask>().RunAsync(claim.Claim, reviewer, None);
    }

    public static async Task<RecordedVerdict> JudgeAsync(this TestStudio studio, TaskSheet sheet, Actor reviewer, string label, string note = "") =>
        await studio.Get<RecordVerdict>().RunAsync(new VerdictRequest(Guid.CreateVersion7(), sheet.Claim, sheet.Policy.Id, label, 900, note), reviewer, None);

    /// <summary>Claims the next task and answers it.</summary>
    public static async Task<TaskSheet> JudgeNextAsync(this TestStudio studio, Actor reviewer, string label, string note = "")
    {
        var sheet = await studio.ClaimAsync(reviewer) ?? throw new InvalidOperationException($"Nothing waits for {reviewer.Name}.");
        await studio.JudgeAsync(sheet, reviewer, label, note);
        return sheet;
    }
}
