using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Content.Import.Reading;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Content;

public sealed class ColumnGuessTests
{
    [Fact]
    public void Columns_are_recognised_by_their_names()
    {
        var guess = ColumnGuess.Of(["column 1", "class", "Tweet", "Created At", "user-name", "lang"], []);

        guess.ShouldBe(new ColumnMapping { Text = "Tweet", Label = "class", PublishedAt = "Created At", Author = "user-name", Language = "lang", Scores = guess.Scores });
    }

    [Fact]
    public void Longest_column_is_the_text_where_no_name_helps()
    {
        var row = new SourceRow(2, new Dictionary<string, string> { ["a"] = "short", ["b"] = "a much longer sentence" });

        ColumnGuess.Of(["a", "b"], [row]).Text.ShouldBe("b");
    }

    [Fact]
    public void Scores_are_recognised_by_label_key() =>
        ColumnGuess.Scores(["text", "score_hate", "p_ok"], ["ok", "hate", "spam"]).ShouldBe(new Dictionary<string, string> { ["ok"] = "p_ok", ["hate"] = "score_hate" });

    [Fact]
    public void Missing_column_is_refused_with_those_that_there_are()
    {
        var refusal = Should.Throw<RefusedException>(() => new ColumnMapping { Text = "body" }.Demand(["id", "tweet"], "posts.csv"));

        refusal.Message.ShouldBe("posts.csv has no column 'body'. Choose one of: id, tweet.");
    }

    [Theory]
    [InlineData("../../etc/passwd.csv", "passwd.csv")]
    [InlineData("C:\\data\\my posts.csv", "my-posts.csv")]
    [InlineData("..", "file")]
    [InlineData("поли.csv", "csv")]
    public void File_names_are_made_safe(string name, string safe) => ImportFiles.SafeName(name).ShouldBe(safe);
}
