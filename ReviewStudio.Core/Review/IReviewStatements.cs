namespace ReviewStudio.Core.Review;

/// <summary>The statements of giving verdicts that each database engine words in its own way.</summary>
public interface IReviewStatements
{
    /// <summary>
    /// Holds a task and its case to the end of the transaction and reads all that a verdict goes by, in one round trip. The
    /// parameters are <c>task</c>, <c>reviewer</c>, <c>verdict</c> (the public id) and <c>published</c> (the state). The
    /// results in order: the task's columns and the case's, in one row; the facts, in one row: the queue's stamp, the policy
    /// version in force, the key of the verdict with that public id, whether the reviewer has a draft on the task, the
    /// key that a new verdict gets (null where the engine tells it only with the row), and what moved the prediction that was
    /// claimed with the task; the case's verdicts by key: Id, TaskId,
    /// SupersedesId, LabelKey, ReviewerId, Purpose, PolicyVersionId; the case's tasks: Id, Purpose, State.
    /// Labels about to be appended are announced as by <c>LabelWatermark</c>, before any key of one is given.
    /// </summary>
    /// <param name="taskColumns">Select list of the task, called <c>t</c>.</param>
    /// <param name="caseColumns">Select list of the case, called <c>c</c>.</param>
    string HoldCase(string taskColumns, string caseColumns);
}
