using ReviewStudio.Core.Policies;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Policies;

public sealed class LabelMapTests
{
    private static readonly LabelMap First = new([new("ok", "ok"), new("spam", "abuse"), new("hate", "abuse"), new("threat", null)]);

    [Fact]
    public void Projection_adds_merged_labels_up_and_scales_what_remains()
    {
        var projected = First.Project(["threat", "ok", "spam", "hate"], [0.2f, 0.4f, 0.3f, 0.1f], ["ok", "abuse", "new"]);

        projected[0].ShouldBe(0.5f, 1e-6f);
        projected[1].ShouldBe(0.5f, 1e-6f);
        projected[2].ShouldBe(0);
    }

    [Fact]
    public void Projection_of_labels_without_counterpart_is_zero() =>
        First.Project(["threat"], [1f], ["ok", "abuse"]).ShouldBe([0f, 0f]);

    [Fact]
    public void Maps_of_several_editions_follow_one_another()
    {
        var both = First.Then(new LabelMap([new("ok", "fine"), new("abuse", null)]));

        both.Find("ok").ShouldBe("fine");
        both.Find("spam").ShouldBeNull();
        both.Find("threat").ShouldBeNull();
    }

    [Fact]
    public void Way_back_exists_only_where_one_label_went_in()
    {
        var back = First.Reverse();

        back.Find("ok").ShouldBe("ok");
        back.Find("abuse").ShouldBeNull();
    }
}
