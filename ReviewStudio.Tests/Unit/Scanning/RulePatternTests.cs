using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Scanning.Rules;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Scanning;

public sealed class RulePatternTests
{
    [Theory]
    [InlineData("cheap pills", "CHEAP   PILLS!", true)]
    [InlineData("cheap pills", "cheap-pills", true)]
    [InlineData("cheap pills", "cheap and pills", false)]
    [InlineData("pill", "pills", false)]
    [InlineData("cheap pills", "ｃｈｅａｐ ｐｉｌｌｓ", true)]
    [InlineData("cheap pills", "ch\u200Beap pi\u200Dlls", true)]
    [InlineData("straße", "Auf der STRAßE", true)]
    [InlineData("c++ (new)", "we sell C++ (NEW) today", true)]
    [InlineData("$$$", "win $$$ now", true)]
    public void Phrase_matches_whole_words_whatever_their_case_spacing_and_disguise(string phrase, string text, bool matches) =>
        new RulePattern(RuleKind.Phrase, phrase).Matches(RulePattern.Plain(text)).ShouldBe(matches);

    [Theory]
    [InlineData("(?=a)b", "Look-around")]
    [InlineData(@"(a)\1", "back-references")]
    [InlineData("a*", "matches everything")]
    [InlineData("(", "no regular expression")]
    [InlineData(" ", "1 to 400")]
    public void Expression_that_cannot_serve_is_refused_with_the_reason(string expression, string words) =>
        Should.Throw<RefusedException>(() => new RulePattern(RuleKind.Expression, expression)).Message.ShouldContain(words);

    [Fact]
    public void Expression_that_would_explode_by_backtracking_takes_time_in_proportion_to_the_text()
    {
        var pattern = new RulePattern(RuleKind.Expression, "(a+)+b");

        // With backtracking 60 letters would take longer than the age of the universe.
        pattern.Matches(new string('a', 60_000)).ShouldBeFalse();
        pattern.First("xx" + new string('a', 5) + "b").ShouldBe((2, 6));
    }
}
