using ReviewStudio.Security;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Accounts;

public sealed class SetupLinkTests
{
    [Fact]
    public void Setup_link_works_once()
    {
        var link = new SetupLink(new TestClock());
        var token = link.Issue();

        link.Fits(token).ShouldBeTrue();
        link.Use(token).ShouldBeTrue();
        link.Use(token).ShouldBeFalse();
        link.Fits(token).ShouldBeFalse();
    }

    [Fact]
    public void Setup_link_runs_out_after_an_hour()
    {
        var clock = new TestClock();
        var link = new SetupLink(clock);
        var token = link.Issue();
        clock.Advance(TimeSpan.FromMinutes(59));
        link.Fits(token).ShouldBeTrue();

        clock.Advance(TimeSpan.FromMinutes(1));

        link.Use(token).ShouldBeFalse();
    }

    [Fact]
    public void Setup_link_ends_when_a_newer_one_is_made()
    {
        var link = new SetupLink(new TestClock());
        var first = link.Issue();
        var second = link.Issue();

        link.Use(first).ShouldBeFalse();
        link.Use(second).ShouldBeTrue();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0123456789abcdef")]
    public void Wrong_token_neither_fits_nor_ends_the_link(string? wrong)
    {
        var link = new SetupLink(new TestClock());
        var token = link.Issue();

        link.Use(wrong).ShouldBeFalse();
        link.Use(token).ShouldBeTrue();
    }
}
