using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ReviewStudio.Components.Pages.Import;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Components;

public sealed class ImportStateTests
{
    private const string Csv = "id,tweet,class,score_bad\n1,one,0,0.9\n2,two,bad,0.1\n3,three,0,\n";

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task File_is_previewed_guessed_mapped_and_imported()
    {
        await using var studio = await StudioAsync();
        var (state, lead) = await OpenAsync(studio);

        await ReceiveAsync(state, Csv, lead);
        state.Problem.ShouldBeNull();
        state.Preview!.Rows.Count.ShouldBe(3);
        (state.Form.Columns.Text, state.Form.Columns.Id, state.Form.Columns.Label).ShouldBe(("tweet", "id", "class"));
        state.Form.Columns.Scores.ShouldBe(new Dictionary<string, string> { ["bad"] = "score_bad" });
        state.Labels.ShouldBe([new LabelLine("0", 2, ""), new LabelLine("bad", 1, "bad")]);

        await state.EditAsync(f => f with { LabelUse = LabelUse.Gold, Language = "en" }, lead, None);
        state.MapLabel("0", "ok");
        await state.StartAsync(lead, None);
        state.Problem.ShouldBeNull();
        state.Preview.ShouldBeNull();
        state.Busy.ShouldBeTrue();
        await studio.Get<RunBackgroundJob>().RunAsync(studio.Dispatcher.Ids.Single(), None);
        await state.RefreshAsync(lead, None);

        state.Imports!.Single().Progress.Added.ShouldBe(3);
        state.Imports!.Single().Job.State.ShouldBe(JobState.Succeeded);
    }

    [Fact]
    public async Task Refusal_at_the_start_keeps_the_form()
    {
        await using var studio = await StudioAsync();
        var (state, lead) = await OpenAsync(studio);
        await ReceiveAsync(state, Csv, lead);
        await state.EditAsync(f => f with { LabelUse = LabelUse.Verdict }, lead, None);

        await state.StartAsync(lead, None);

        state.Problem!.ShouldContain("name a past reviewer");
        state.Preview.ShouldNotBeNull();
        state.Form.LabelUse.ShouldBe(LabelUse.Verdict);
    }

    [Fact]
    public async Task File_that_cannot_be_read_leaves_a_message_and_nothing_else()
    {
        await using var studio = await StudioAsync();
        var (state, lead) = await OpenAsync(studio);

        await ReceiveAsync(state, "", lead);

        state.Problem!.ShouldContain("is empty");
        state.Preview.ShouldBeNull();
        Directory.EnumerateFileSystemEntries(studio.Folders.Imports).ShouldBeEmpty();
    }

    [Fact]
    public async Task Moderator_may_not_import()
    {
        await using var studio = await StudioAsync();
        var moderator = await studio.ReviewerAsync("moderator");

        await Should.ThrowAsync<ForbiddenException>(() => studio.Get<ImportState>().LoadAsync(moderator, None));
    }

    private static Task ReceiveAsync(ImportState state, string content, Actor actor)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        return state.ReceiveAsync(new MemoryStream(bytes), "posts.csv", bytes.Length, () => { }, actor, None);
    }

    private static async Task<TestStudio> StudioAsync()
    {
        var studio = await TestStudio.StartAsync(services => services.AddSingleton<ImportState>());
        await studio.QueueAsync("posts", ["ok", "bad"]);
        return studio;
    }

    private static async Task<(ImportState State, Actor Lead)> OpenAsync(TestStudio studio)
    {
        var lead = await studio.ReviewerAsync("lead", roles: Roles.PolicyLead);
        var state = studio.Get<ImportState>();
        await state.LoadAsync(lead, None);
        return (state, lead);
    }
}
