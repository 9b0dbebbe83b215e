using ReviewStudio.Components.Pages.Admin;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Hosting.Checks;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Accounts;

public sealed class AccountFormTests
{
    [Theory]
    [InlineData("EN, de;fr  de", "de,en,fr")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void Languages_are_tidied_however_they_are_typed(string? typed, string kept) =>
        new AccountForm { Languages = typed! }.Languages.ShouldBe(kept);

    [Fact]
    public void Form_tells_mistakes_only_after_the_first_attempt_and_then_at_once()
    {
        var state = AccountFormState.ForNew();
        state.Change(form => form.Name = "Mara");
        state.At(nameof(AccountForm.Email)).ShouldBeEmpty();

        state.Check().ShouldBeFalse();
        state.At(nameof(AccountForm.Email)).ShouldNotBeEmpty();
        state.Change(form => form.Email = "mara@example.org");

        state.HasErrors.ShouldBeFalse();
    }

    [Theory]
    [InlineData(100L << 30, Health.Ok)]
    [InlineData(2L << 30, Health.Warning)]
    [InlineData(100L << 20, Health.Failed)]
    public void Disk_finding_follows_the_room_that_is_left(long free, Health expected)
    {
        var finding = DataFolderCheck.Room(free);

        finding.State.ShouldBe(expected);
        (finding.Remedy is null).ShouldBe(expected == Health.Ok);
    }
}
