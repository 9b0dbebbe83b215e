using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Components.Pages.Datasets;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Components;

public sealed class DatasetsPageTests
{
    [Fact]
    public async Task Open_snapshot_shows_what_changed_since_the_one_that_is_chosen()
    {
        await using var studio = await Snapshots.StudioAsync(20);
        var first = await Snapshots.ExportAsync(studio);
        await Snapshots.RelabelAsync(studio, skip: 2);
        var second = await Snapshots.ExportAsync(studio);
        await using var pages = new Pages(studio, await studio.ReviewerAsync("eve", roles: Roles.MLEngineer));
        pages.Services.AddScoped<DatasetsState>();
        var navigation = pages.Services.GetRequiredService<NavigationManager>();
        navigation.NavigateTo($"/datasets?snapshot={second.PublicId}");

        var page = pages.Render<DatasetsPage>();
        page.WaitForElement("[data-testid=compare]").Change(first.PublicId.ToString());

        page.WaitForAssertion(() => page.Find("[data-testid=diff]").TextContent.Trim().ShouldBe("1 relabelled · 0 removed · 0 added · 19 unchanged"));
        navigation.Uri.ShouldContain($"compare={first.PublicId}");
        page.Find("[data-testid=changes] tbody").TextContent.ShouldContain("made-up / 2");
        page.FindAll("[data-testid=snapshot-panel] .files a").Select(a => a.TextContent).ShouldContain("croissant.json");

        page.Find("[data-testid=compare]").Change("");
        page.WaitForAssertion(() => page.FindAll("[data-testid=diff]").ShouldBeEmpty());
    }
}
