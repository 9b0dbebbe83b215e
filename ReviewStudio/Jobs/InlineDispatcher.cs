using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Jobs;

/// <summary>For the command line: nothing runs by itself there. The verb runs the job that it started.</summary>
public sealed class InlineDispatcher : IJobDispatcher
{
    public void Dispatch(long jobId)
    {
        // The row stays until the verb, or a serving process, takes it up.
    }
}
