using ReviewStudio.Core.Content.Import.Reading;

namespace ReviewStudio.Core.Content.Import;

/// <summary>Proposes a mapping from column names, and from the rows where no name helps.</summary>
public static class ColumnGuess
{
    private static readonly string[] Texts = ["text", "tweet", "body", "content", "comment", "message", "post", "comment_text", "test_case", "sentence", "document"];
    private static readonly string[] PartColumns = ["parts"];
    private static readonly string[] Ids = ["id", "external_id", "item_id", "post_id", "tweet_id", "comment_id", "case_id", "message_id", "uuid", "guid", "count_id"];
    private static readonly string[] Languages = ["language", "lang", "locale", "language_code"];
    private static readonly string[] Authors = ["author", "user", "username", "user_name", "handle", "screen_name", "author_id", "user_id"];
    private static readonly string[] Threads = ["thread", "thread_id", "conversation", "conversation_id", "discussion_id"];
    private static readonly string[] Replies = ["reply_to", "in_reply_to", "in_reply_to_id", "parent_id", "parent", "in_reply_to_status_id"];
    private static readonly string[] Dates = ["published_at", "created_at", "posted_at", "timestamp", "published", "date", "time", "datetime"];
    private static readonly string[] Labels = ["label", "class", "label_gold", "gold", "category", "verdict", "target", "annotation"];
    private static readonly string[] Reviewers = ["reviewer", "annotator", "labeler", "labeller", "rater", "moderator", "worker_id"];
    private static readonly string[] Roles = ["role", "split", "label_use"];

    /// <param name="columns">The file's columns.</param>
    /// <param name="rows">Some of its rows.</param>
    public static ColumnMapping Of(IReadOnlyList<string> columns, IReadOnlyList<SourceRow> rows)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        string? Named(string[] names) =>
            names.Select(name => columns.FirstOrDefault(c => string.Equals(Plain(c), name, StringComparison.Ordinal))).FirstOrDefault(c => c is not null);
        return new ColumnMapping
        {
            Text = Named(Texts) ?? (Named(PartColumns) is null ? Longest(columns, rows) : ""),
            Parts = Named(PartColumns),
            Id = Named(Ids),
            Language = Named(Languages),
            Author = Named(Authors),
            Thread = Named(Threads),
            ReplyTo = Named(Replies),
            PublishedAt = Named(Dates),
            Label = Named(Labels),
            Reviewer = Named(Reviewers),
            Role = Named(Roles),
        };
    }

    /// <summary>Columns named after labels: <c>score_KEY</c>, <c>prob_KEY</c>, <c>p_KEY</c> or <c>scores.KEY</c>.</summary>
    public static IReadOnlyDictionary<string, string> Scores(IReadOnlyList<string> columns, IReadOnlyList<string> labelKeys)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(labelKeys);
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in labelKeys)
        {
            string[] names = [$"score_{Plain(key)}", $"prob_{Plain(key)}", $"p_{Plain(key)}", $"scores_{Plain(key)}", $"probability_{Plain(key)}"];
            if (columns.FirstOrDefault(c => names.Contains(Plain(c), StringComparer.Ordinal)) is { } column)
            {
                found[key] = column;
            }
        }

        return found;
    }

    private static string Plain(string name) => name.Trim().ToLowerInvariant().Replace(' ', '_').Replace('-', '_').Replace('.', '_');

    private static string Longest(IReadOnlyList<string> columns, IReadOnlyList<SourceRow> rows) =>
        columns.MaxBy(c => rows.Sum(r => (long)r[c].Length)) ?? "";
}
