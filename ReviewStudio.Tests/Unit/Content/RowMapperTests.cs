using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Content.Import.Reading;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Content;

public sealed class RowMapperTests
{
    private static readonly ImportArguments Plain = new() { Columns = new ColumnMapping { Text = "text" } };

    [Fact]
    public void Id_made_from_text_is_stable_and_counts_repetitions()
    {
        var first = Ids(Plain, "same", "other", "same");
        var second = Ids(Plain, "same", "other", "same");

        first.ShouldBe(second);
        first.Distinct().Count().ShouldBe(3);
        first[0].ShouldEndWith("-0");
        first[2].ShouldEndWith("-1");
    }

    [Theory]
    [InlineData("2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00")]
    [InlineData("2026-01-31 12:00:00", "2026-01-31T12:00:00")]
    [InlineData("1769860800", "2026-01-31T12:00:00")]
    [InlineData("1769860800000", "2026-01-31T12:00:00")]
    public void Times_are_read_as_UTC(string given, string expected)
    {
        var row = new RowMapper(Plain with { Columns = new ColumnMapping { Text = "text", PublishedAt = "at" } }).Map(Row(("text", "x"), ("at", given)));

        row.PublishedAt!.Value.Kind.ShouldBe(DateTimeKind.Utc);
        row.PublishedAt.Value.ToString("s", System.Globalization.CultureInfo.InvariantCulture).ShouldBe(expected);
    }

    [Theory]
    [InlineData("text", "  ", "no text")]
    [InlineData("id", "", "no id")]
    [InlineData("lang", "English!", "not a code")]
    [InlineData("at", "soon", "not a date")]
    [InlineData("score", "1.5", "not a probability")]
    [InlineData("score", "NaN", "not a probability")]
    [InlineData("role", "boss", "none of gold")]
    [InlineData("author", "*", "more than 450")]
    public void Row_out_of_order_is_a_problem_in_words(string column, string value, string words)
    {
        var mapper = new RowMapper(new ImportArguments
        {
            Columns = new ColumnMapping
            {
                Text = "text", Id = "id", Language = "lang", PublishedAt = "at", Author = "author", Role = "role", Label = "label",
                Scores = new Dictionary<string, string> { ["bad"] = "score" },
            },
        });
        var values = new Dictionary<string, string> { ["text"] = "x", ["id"] = "1", [column] = value == "*" ? new string('a', 451) : value };

        Should.Throw<RowProblemException>(() => mapper.Map(new SourceRow(1, values))).Message.ShouldContain(words);
    }

    [Fact]
    public void Language_is_reduced_to_its_code() =>
        new RowMapper(Plain with { Columns = new ColumnMapping { Text = "text", Language = "lang" } }).Map(Row(("text", "x"), ("lang", "pt-BR"))).Language.ShouldBe("pt");

    private static List<string> Ids(ImportArguments arguments, params string[] texts)
    {
        var mapper = new RowMapper(arguments);
        return [.. texts.Select(t => mapper.Map(Row(("text", t))).ExternalId)];
    }

    private static SourceRow Row(params (string Column, string Value)[] values) => new(1, values.ToDictionary(v => v.Column, v => v.Value));
}
