using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Storage;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class PublishedPolicyGuardTestsOnSqlite() : PublishedPolicyGuardTests(TestEngine.Sqlite);

public sealed class PublishedPolicyGuardTestsOnPostgreSql() : PublishedPolicyGuardTests(TestEngine.PostgreSql);

public abstract class PublishedPolicyGuardTests(TestEngine engine) : StorageContract(engine)
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<string> Attempts =>
        ["guidance", "label", "label-removed", "label-added", "label-moved", "version-removed", "back-to-draft", "forged-state", "forged-owner", "map"];

    [Theory]
    [MemberData(nameof(Attempts))]
    public async Task Published_version_cannot_be_changed_by_any_code(string attempt)
    {
        await using var studio = await StartAsync();
        await studio.QueueAsync("posts", ["ok", "bad"]);
        var before = await TellAsync(studio);

        var refusal = await Should.ThrowAsync<InvalidOperationException>(() => studio.Database.WriteAsync(
            async db =>
            {
                await TamperAsync(db, attempt);
                await db.SaveChangesAsync();
            },
            None));

        refusal.Message.ShouldContain("never changes");
        (await TellAsync(studio)).ShouldBe(before);
    }

    [Fact]
    public async Task Published_version_may_be_superseded_and_a_draft_may_change()
    {
        await using var studio = await StartAsync();
        await studio.QueueAsync("posts", ["ok", "bad"]);

        await studio.Database.WriteAsync(
            async db =>
            {
                var version = await db.Set<PolicyVersion>().SingleAsync();
                version.State = PolicyVersionState.Superseded;
                var draft = new PolicyVersion { PolicyId = version.PolicyId, Number = 2, CreatedAt = version.CreatedAt, Labels = { new PolicyLabel { Key = "ok" } } };
                db.Add(draft);
                await db.SaveChangesAsync();
                draft.Guidance = "new words";
                draft.Labels[0].Name = "Fine";
                await db.SaveChangesAsync();
            },
            None);

        (await studio.Database.ReadAsync(db => db.Set<PolicyLabel>().SingleAsync(l => l.Name == "Fine"), None)).Key.ShouldBe("ok");
    }

    private static async Task TamperAsync(StudioDbContext db, string attempt)
    {
        var version = await db.Set<PolicyVersion>().Include(v => v.Labels).SingleAsync();
        switch (attempt)
        {
            case "guidance":
                version.Guidance = "something else";
                break;
            case "label":
                version.Labels[1].Severity = 3;
                break;
            case "label-removed":
                db.Remove(version.Labels[1]);
                break;
            case "label-added":
                version.Labels.Add(new PolicyLabel { Key = "worse", Name = "worse" });
                break;
            case "label-moved":
                var draft = new PolicyVersion { PolicyId = version.PolicyId, Number = 2, CreatedAt = version.CreatedAt };
                db.Add(draft);
                await db.SaveChangesAsync();
                version.Labels[1].PolicyVersionId = draft.Id;
                break;
            case "version-removed":
                db.RemoveRange(version.Labels);
                db.Remove(version);
                break;
            case "back-to-draft":
                version.State = PolicyVersionState.Draft;
                break;
            case "forged-state":
                db.ChangeTracker.Clear();
                version.Labels.Clear();
                version.State = PolicyVersionState.Draft;
                version.Guidance = "something else";
                db.Update(version);
                break;
            case "forged-owner":
                db.ChangeTracker.Clear();
                db.Update(new PolicyLabel { Id = version.Labels[1].Id, PublicId = version.Labels[1].PublicId, PolicyVersionId = 999_999, Key = "worse" });
                break;
            case "map":
                var map = new LabelMapping { FromVersionId = version.Id, ToVersionId = version.Id, FromLabelKey = "bad", ToLabelKey = "bad" };
                db.Add(map);
                await db.SaveChangesAsync();
                map.ToLabelKey = "ok";
                break;
        }
    }

    private static Task<string> TellAsync(TestStudio studio) => studio.Database.ReadAsync(
        async db =>
        {
            var version = await db.Set<PolicyVersion>().Include(v => v.Labels.OrderBy(l => l.Ordinal)).SingleAsync();
            return $"{version.State} {version.Guidance} {string.Join(';', version.Labels.Select(l => $"{l.Id} {l.Key} {l.Severity}"))}";
        },
        None);
}
