using ReviewStudio.Core.Policies;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Policies;

public sealed class PolicyValidatorTests
{
    private static List<(string Place, string Message)> Failures(Action<PolicyContent> bend)
    {
        var content = Contents.Of("ok", "spam", "abuse");
        bend(content);
        return [.. new PolicyContentValidator().Validate(content).Errors.Select(e => (e.PropertyName, e.ErrorMessage))];
    }

    [Fact]
    public void Content_in_order_has_no_failures() => Failures(_ => { }).ShouldBeEmpty();

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Content_without_exactly_one_benign_label_says_which_to_mark(int benign)
    {
        var failures = Failures(c =>
        {
            for (var i = 0; i < c.Labels.Count; i++)
            {
                c.Labels[i].Benign = i < benign;
                c.Labels[i].Severity = 0;
            }
        });

        failures.ShouldBe([("Labels", "A policy needs exactly one benign label: mark the answer that means 'nothing wrong here'.")]);
    }

    [Fact]
    public void Content_with_one_label_is_refused() =>
        Failures(c => c.Labels.RemoveRange(1, 2)).ShouldBe([("Labels", PolicyContentValidator.TwoLabels)]);

    [Theory]
    [InlineData("")]
    [InlineData("Hate")]
    [InlineData("hate speech")]
    [InlineData("-hate")]
    [InlineData("hate\n")]
    public void Label_key_in_the_wrong_form_is_refused(string key) =>
        Failures(c => c.Labels[1].Key = key).ShouldHaveSingleItem().Place.ShouldBe("Labels[1].Key");

    [Fact]
    public void Repeated_keys_names_and_hot_keys_are_named_where_they_repeat()
    {
        var failures = Failures(c =>
        {
            c.Labels[2].Key = "spam";
            c.Labels[2].HotKey = "2";
            c.Labels[2].Name = "spam";
        });

        failures.Select(f => f.Place).ShouldBe(["Labels[2].Key", "Labels[2].HotKey", "Labels[2].Name"]);
    }

    [Theory]
    [InlineData("u")]
    [InlineData("S")]
    [InlineData("e")]
    [InlineData("B")]
    [InlineData("n")]
    [InlineData("H")]
    [InlineData("g")]
    [InlineData("?")]
    [InlineData("/")]
    [InlineData(" ")]
    [InlineData("z")]
    public void Hot_key_that_the_workbench_uses_is_refused(string key) =>
        Failures(c => c.Labels[1].HotKey = key).ShouldHaveSingleItem().Message.ShouldContain("command of the workbench");

    [Theory]
    [InlineData("12")]
    [InlineData("ä")]
    [InlineData("é")]
    [InlineData("!")]
    public void Hot_key_that_no_keyboard_has_for_sure_is_refused(string key) =>
        Failures(c => c.Labels[1].HotKey = key).ShouldHaveSingleItem().Place.ShouldBe("Labels[1].HotKey");

    [Theory]
    [InlineData("red")]
    [InlineData("#fff")]
    [InlineData("#12345g")]
    [InlineData("#123456;background:url(x)")]
    public void Colour_that_is_not_six_hex_digits_is_refused(string colour) =>
        Failures(c => c.Labels[1].Colour = colour).ShouldHaveSingleItem().Place.ShouldBe("Labels[1].Colour");

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void Severity_outside_0_to_3_is_refused(int severity) =>
        Failures(c => c.Labels[1].Severity = severity).ShouldHaveSingleItem().Place.ShouldBe("Labels[1].Severity");

    [Fact]
    public void Values_missing_in_the_input_are_named_instead_of_failing()
    {
        var content = new PolicyContent { Labels = [null!, new LabelContent { Key = null!, Name = null!, Colour = null!, HotKey = null!, Guidance = null! }], Guidance = null! };

        var places = new PolicyContentValidator().Validate(content).Errors.Select(e => e.PropertyName).ToList();

        places.ShouldContain("Labels[0].Key");
        places.ShouldContain("Labels[1].Name");
    }

    [Theory]
    [InlineData("")]
    [InlineData("Hate")]
    [InlineData("hate_speech")]
    [InlineData("hate--speech")]
    [InlineData("../etc")]
    public void Policy_key_in_the_wrong_form_is_refused(string key)
    {
        var policy = Contents.Policy(key, "ok", "bad");

        new NewPolicyValidator().Validate(policy).Errors.ShouldHaveSingleItem().PropertyName.ShouldBe("Key");
    }

    [Fact]
    public void Map_says_of_every_old_label_what_becomes_of_it()
    {
        var publication = new PublicationMap(["ok", "spam", "hate"], ["ok", "abuse"], [new("ok", LabelMappingKind.Same, "ok")]);

        var failures = new PublicationValidator().Validate(publication).Errors.Select(e => e.ErrorMessage);

        failures.ShouldBe([PublicationValidator.Undecided("spam"), PublicationValidator.Undecided("hate")]);
    }

    [Theory]
    [InlineData("gone", LabelMappingKind.Same, "ok", "not a label of the version in force")]
    [InlineData("spam", LabelMappingKind.Merged, "gone", "needs a label of the new version")]
    [InlineData("spam", LabelMappingKind.Same, null, "needs a label of the new version")]
    [InlineData("spam", LabelMappingKind.ReReview, "ok", "judged again")]
    [InlineData("spam", LabelMappingKind.Same, "ok", "cannot both be the same")]
    [InlineData("ok", LabelMappingKind.Same, "ok", "mapped twice")]
    [InlineData("spam", (LabelMappingKind)9, "ok", "Say what becomes of 'spam'")]
    public void Map_that_cannot_be_is_refused_in_words(string from, LabelMappingKind kind, string? to, string words)
    {
        var publication = new PublicationMap(["ok", "spam"], ["ok"], [new("ok", LabelMappingKind.Same, "ok"), new(from, kind, to)]);

        new PublicationValidator().Validate(publication).Errors.ShouldContain(e => e.ErrorMessage.Contains(words, StringComparison.Ordinal));
    }
}
