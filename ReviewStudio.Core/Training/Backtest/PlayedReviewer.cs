using ReviewStudio.Core.Queue.Holding;
using ReviewStudio.Core.Review;

namespace ReviewStudio.Core.Training.Backtest;

/// <summary>Claims tasks and answers them from the label column, through the same use cases as the workbench.</summary>
internal sealed class PlayedReviewer(IScratchStudio studio, PlayedInstallation place, LabelledFile file)
{
    private readonly ClaimNextTask _claim = studio.Get<ClaimNextTask>();
    private readonly RecordVerdict _record = studio.Get<RecordVerdict>();
    private readonly int[] _found = new int[file.Labels.Count];

    /// <summary>Verdicts given.</summary>
    public int Labels => _found.Sum();

    /// <summary>Verdicts given, by the index of the label.</summary>
    public IReadOnlyList<int> Found => _found;

    /// <summary>Judges the next tasks of a queue in its order.</summary>
    /// <returns>The cases judged; fewer than asked for where the queue ran empty.</returns>
    public async Task<List<long>> JudgeAsync(long queueId, int count, CancellationToken cancellation)
    {
        var judged = new List<long>(count);
        while (judged.Count < count && await _claim.RunAsync(new ClaimRequest(queueId), place.Reviewer, cancellation) is { } task)
        {
            var label = file.Rows[place.RowOfCase[task.CaseId]].Label;
            await _record.RunAsync(
                new VerdictRequest(Guid.CreateVersion7(), task.Claim, place.VersionId, file.Labels[label].Key, ElapsedMilliseconds: 0), place.Reviewer, cancellation);
            _found[label]++;
            judged.Add(task.CaseId);
        }

        return judged;
    }
}
