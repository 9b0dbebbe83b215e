using ReviewStudio.Core.Policies;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Policies;

public sealed class PolicyDiffTests
{
    [Fact]
    public void Same_content_has_an_empty_diff() =>
        PolicyDiff.Between(Contents.Of("ok", "spam"), Contents.Of("ok", "spam")).Empty.ShouldBeTrue();

    [Fact]
    public void Labels_that_came_went_and_changed_are_told_apart()
    {
        var after = Contents.Of("ok", "abuse");
        after.Labels[0].Name = "Fine";
        after.Labels[0].HotKey = "";

        var diff = PolicyDiff.Between(Contents.Of("ok", "spam"), after);

        diff.Labels.Select(l => (l.Key, l.Kind)).ShouldBe([("ok", DiffKind.Changed), ("abuse", DiffKind.Added), ("spam", DiffKind.Removed)]);
        diff.Labels[0].Fields.ShouldBe([new FieldDiff("name", "OK", "Fine"), new FieldDiff("hot-key", "1", "none")]);
    }

    [Fact]
    public void Guidance_is_compared_line_by_line()
    {
        var before = Contents.Of("ok", "spam");
        var after = Contents.Of("ok", "spam");
        before.Guidance = "one\ntwo\nthree\nfour";
        after.Guidance = "one\r\nthree\r\nthree and a half\r\nfour";

        var lines = PolicyDiff.Between(before, after).Guidance;

        lines.Select(l => $"{"=+-"[(int)l.Kind]}{l.Text}").ShouldBe(["=one", "-two", "=three", "+three and a half", "=four"]);
    }

    [Fact]
    public void Long_texts_that_share_nothing_are_shown_as_replaced()
    {
        var before = Contents.Of("ok", "spam");
        var after = Contents.Of("ok", "spam");
        before.Guidance = string.Join('\n', Enumerable.Range(0, 5_000).Select(i => $"a{i}"));
        after.Guidance = string.Join('\n', Enumerable.Range(0, 5_000).Select(i => $"b{i}"));

        PolicyDiff.Between(before, after).Guidance.Count.ShouldBe(10_000);
    }
}
