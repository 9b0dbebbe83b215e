using ReviewStudio.Components.Pages.Policies;
using ReviewStudio.Core.Policies;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Policies;

public sealed class PolicyEditorStateTests
{
    private static PolicyEditorState State(params string[] labels) => new(Contents.Of(labels), Guid.NewGuid());

    [Fact]
    public void Mistakes_are_shown_from_the_first_attempt_to_save_and_go_when_mended()
    {
        var state = State("ok", "spam");
        state.Content.Labels[1].HotKey = "s";
        state.Touch();
        state.HasErrors.ShouldBeFalse();

        state.Check().ShouldBeFalse();
        state.ErrorsAt(state.Content.Labels[1], "HotKey").ShouldHaveSingleItem();

        state.Content.Labels[1].HotKey = "2";
        state.Touch();
        state.HasErrors.ShouldBeFalse();
    }

    [Fact]
    public void New_label_gets_a_free_hot_key_and_a_colour_of_its_own()
    {
        var state = State("ok", "spam");

        var label = state.AddLabel();

        label.HotKey.ShouldBe("3");
        state.Content.Labels.Select(l => l.Colour).Count(c => c == label.Colour).ShouldBe(1);
        state.Selected.ShouldBeSameAs(label);
        state.Dirty.ShouldBeTrue();
    }

    [Fact]
    public void Key_follows_the_name_until_it_is_given_by_hand()
    {
        var state = State("ok", "spam");
        var label = state.AddLabel();
        state.Rename(label, "Hässliche  Rede!");
        label.Key.ShouldBe("hassliche-rede");
        label.Key = "hate";

        state.Rename(label, "Hate");
        state.Rename(label, "Hate speech");

        label.Key.ShouldBe("hate-speech");
        label.Key = "hs";
        state.Rename(label, "Hatred");
        label.Key.ShouldBe("hs");
    }

    [Fact]
    public void Benign_is_one_label_and_has_no_severity()
    {
        var state = State("ok", "spam", "abuse");

        state.MarkBenign(state.Content.Labels[2]);

        state.Content.Labels.Select(l => l.Benign).ShouldBe([false, false, true]);
        state.Content.Labels[2].Severity.ShouldBe(0);
    }

    [Fact]
    public void Labels_move_within_the_list_and_not_out_of_it()
    {
        var state = State("ok", "spam", "abuse");

        state.Move(state.Content.Labels[2], -1);
        state.Move(state.Content.Labels[0], -1);

        state.Content.Labels.Select(l => l.Key).ShouldBe(["ok", "abuse", "spam"]);
    }

    [Fact]
    public void Publishing_asks_only_about_labels_that_went_away_and_counts_what_it_touches()
    {
        var use = new PolicyUse();
        use.Labelled["spam"] = 12;
        use.Labelled["hate"] = 5;
        var state = new PublishState(Version(1, "ok", "spam", "hate"), Version(2, "ok", "abuse"), use);
        state.Undecided.ShouldBe(2);
        state.Problems().Count.ShouldBe(2);

        state.Rows[1].Choose(LabelMappingKind.Merged);
        state.Rows[1].To = "abuse";
        state.Rows[2].Choose(LabelMappingKind.ReReview);

        (state.Undecided, state.Carried, state.Withdrawn).ShouldBe((0, 12, 5));
        state.Problems().ShouldBeEmpty();
        state.Map.Count.ShouldBe(3);
    }

    private static VersionDetails Version(int number, params string[] labels) => new(
        Guid.NewGuid(), number, PolicyVersionState.Published, DateTime.UnixEpoch, null, "", Guid.NewGuid(), Contents.Of(labels), []);
}
