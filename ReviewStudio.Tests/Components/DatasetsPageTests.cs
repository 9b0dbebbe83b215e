using System.Text.Json;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Components.Pages.Datasets;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Datasets.Erasure;
using ReviewStudio.Core.Storage.Jobs;
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

    [Fact]
    public async Task Narrowed_snapshot_is_asked_for_by_a_form_that_names_what_is_wrong()
    {
        await using var studio = await Snapshots.StudioAsync(10);
        await using var pages = new Pages(studio, await studio.ReviewerAsync("eve", roles: Roles.MLEngineer));
        pages.Services.AddScoped<DatasetsState>();
        pages.Services.GetRequiredService<NavigationManager>().NavigateTo("/datasets?policy=posts");

        var page = pages.Render<DatasetsPage>();
        page.WaitForElement("[data-testid=narrow]").Click();
        page.Find("[data-testid=versions]").Change("second");
        page.Find("[data-testid=start-narrowed]").Click();
        page.Find("[data-testid=filter-form] [role=alert]").TextContent.ShouldContain("'second' is no number");
        page.Find("[data-testid=versions]").Change("1, 2");
        page.Find("[data-testid=confidence]").Change("0.5");
        page.Find("[data-testid=languages]").Change("en");
        page.Find("[data-testid=method-single]").Change(true);
        page.Find("[data-testid=start-narrowed]").Click();

        page.WaitForAssertion(() => page.FindAll("[data-testid=filter-form]").ShouldBeEmpty());
        var job = (await studio.Get<JobDesk>().ListAsync([SnapshotJob.JobKind], 1, CancellationToken.None))[0];
        var only = JsonSerializer.Deserialize<SnapshotArguments>(job.ArgumentsJson)!.Options.Only!;
        string.Join("; ", only.Words()).ShouldBe("policy version 1 or 2; confidence at least 0.5; method single; language en");
    }

    [Fact]
    public async Task Erasing_waits_for_the_id_to_be_typed_and_the_panel_tells_the_lineage_and_how_to_read_it()
    {
        await using var studio = await Snapshots.StudioAsync(10);
        var snapshot = await Snapshots.ExportAsync(studio);
        await using var pages = new Pages(studio, await studio.ReviewerAsync("lea", roles: Roles.PolicyLead));
        pages.Services.AddScoped<DatasetsState>();
        var navigation = pages.Services.GetRequiredService<NavigationManager>();
        navigation.NavigateTo($"/datasets?snapshot={snapshot.PublicId}");

        var page = pages.Render<DatasetsPage>();
        var use = page.WaitForElement("[data-testid=use]");
        use.QuerySelectorAll(".snippet").Select(s => s.GetAttribute("data-tool")).ShouldBe(["Fetch", "pandas", "Hugging Face datasets", "DuckDB", "Spark"]);
        use.TextContent.ShouldContain($"{navigation.BaseUri.TrimEnd('/')}/api/v1/snapshots/{snapshot.PublicId}/files/examples-");
        page.WaitForElement("[data-testid=lineage]").TextContent.ShouldContain("No head has learnt");
        page.Find("[data-testid=erase-open]").Click();
        page.Find("[data-testid=erase-source]").Input("made-up");
        page.Find("[data-testid=erase-id]").Input("4");
        page.Find("[data-testid=erase-reason]").Input("Asked for by the author");
        page.Find("[data-testid=erase-confirm]").Input("5");
        page.Find("[data-testid=erase]").HasAttribute("disabled").ShouldBeTrue();
        page.Find("[data-testid=erase-confirm]").Input("4");
        page.Find("[data-testid=erase]").Click();

        page.WaitForAssertion(() => page.FindAll("[data-testid=erase-form]").ShouldBeEmpty());
        (await studio.Get<JobDesk>().ListAsync([ErasureJob.JobKind], 1, CancellationToken.None)).ShouldHaveSingleItem();
    }
}
