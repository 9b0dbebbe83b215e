using ReviewStudio.Core.Queue.Settings;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Queue;

public sealed class QueueSettingsTests
{
    private static string[] Places(Action<QueueSettings> bend)
    {
        var settings = new QueueSettings { Name = "Posts" };
        bend(settings);
        return [.. new QueueSettingsValidator().Validate(settings).Errors.Select(e => e.PropertyName)];
    }

    [Fact]
    public void Settings_in_order_have_no_failures() => Places(_ => { }).ShouldBeEmpty();

    [Fact]
    public void Settings_out_of_range_are_named_one_by_one()
    {
        Places(s => s.Name = " ").ShouldBe(["Name"]);
        Places(s => s.Strategy = "astrology").ShouldBe(["Strategy"]);
        Places(s => s.UncertaintyWeight = double.NaN).ShouldBe(["UncertaintyWeight"]);
        Places(s => s.SeverityWeight = double.PositiveInfinity).ShouldBe(["SeverityWeight"]);
        Places(s => s.ArrivalWeight = -1).ShouldBe(["ArrivalWeight"]);
        Places(s => s.Plan.ReviewersPerCase = 0).ShouldBe(["Plan.ReviewersPerCase"]);
        Places(s => s.Plan.ReviewersPerCase = 10).ShouldBe(["Plan.ReviewersPerCase"]);
        Places(s => s.LeaseSeconds = 29).ShouldBe(["LeaseSeconds"]);
        Places(s => s.LeaseSeconds = 86_401).ShouldBe(["LeaseSeconds"]);
        Places(s => s.AuditRate = 0).ShouldBe(["AuditRate"]);
        Places(s => s.AuditRate = 1.01).ShouldBe(["AuditRate"]);
        Places(s => s.AuditRate = double.NaN).ShouldBe(["AuditRate"]);
        Places(s => s.RetrainCron = "every night").ShouldBe(["RetrainCron"]);
        Places(s => s.RequiredClearance = 10).ShouldBe(["RequiredClearance"]);
        Places(s => s.Trainer = null!).ShouldBe(["Trainer"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0 3 * * *")]
    [InlineData("*/15 8-18 * * MON-FRI")]
    [InlineData("0 0 1,15 jan,JUL *")]
    [InlineData("5  4 * * 7")]
    public void Schedule_in_cron_form_is_accepted(string cron) => CronText.Problem(cron).ShouldBeNull();

    [Theory]
    [InlineData("* * * *", "has 4")]
    [InlineData("60 * * * *", "'60' is no minute")]
    [InlineData("0 24 * * *", "'24' is no hour")]
    [InlineData("0 3 0 * *", "'0' is no day of the month")]
    [InlineData("0 3 * 13 *", "'13' is no month")]
    [InlineData("0 3 * * FUN", "'FUN' is no day of the week")]
    [InlineData("5-1 * * * *", "'5-1'")]
    [InlineData("*/0 * * * *", "'*/0'")]
    [InlineData("1,,2 * * * *", "''")]
    [InlineData("-1 * * * *", "'-1'")]
    public void Schedule_with_a_slip_is_told_which_field(string cron, string words) => CronText.Problem(cron)!.ShouldContain(words);
}
