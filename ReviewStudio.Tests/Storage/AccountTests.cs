using FluentValidation;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class AccountTestsOnSqlite() : AccountTests(TestEngine.Sqlite);

public sealed class AccountTestsOnPostgreSql() : AccountTests(TestEngine.PostgreSql);

public sealed class AccountTestsOnSqlServer() : AccountTests(TestEngine.SqlServer);

public abstract class AccountTests(TestEngine engine) : StorageContract(engine)
{
    private const string Good = "seven small green boats";
    private static readonly CancellationToken Stop = CancellationToken.None;

    [Fact]
    public async Task Account_is_made_without_password_and_opens_by_its_link()
    {
        await using var studio = await StartAsync();
        var id = await studio.Get<CreateAccount>().RunAsync(Form("mara@example.org", Roles.Moderator), Actor.System, Stop);

        (await ViewAsync(studio, id)).CanSignIn.ShouldBeFalse();
        var link = await studio.Get<IssuePasswordLink>().RunAsync(id, Actor.System, Stop);
        (await ViewAsync(studio, id)).LinkUntil.ShouldBe(link.Until);
        var email = await studio.Get<SetPasswordByLink>().RunAsync(new PasswordByLink(link.Token, Good), Stop);

        email.ShouldBe("mara@example.org");
        var view = await ViewAsync(studio, id);
        view.CanSignIn.ShouldBeTrue();
        view.LinkUntil.ShouldBeNull();
        view.Roles.ShouldBe([Roles.Moderator]);
        var reviewer = await ReviewerAsync(studio, id);
        new PasswordHasher<Reviewer>().VerifyHashedPassword(reviewer, reviewer.PasswordHash!, Good).ShouldBe(PasswordVerificationResult.Success);
    }

    [Fact]
    public async Task Password_link_works_once()
    {
        await using var studio = await StartAsync();
        var id = await studio.Get<CreateAccount>().RunAsync(Form("mara@example.org", Roles.Moderator), Actor.System, Stop);
        var link = await studio.Get<IssuePasswordLink>().RunAsync(id, Actor.System, Stop);
        await studio.Get<SetPasswordByLink>().RunAsync(new PasswordByLink(link.Token, Good), Stop);

        await RefusedAsync("account.link", () => studio.Get<SetPasswordByLink>().RunAsync(new PasswordByLink(link.Token, "another good password"), Stop));
    }

    [Fact]
    public async Task Password_link_runs_out_after_a_day_and_ends_with_a_newer_one()
    {
        await using var studio = await StartAsync();
        var id = await studio.Get<CreateAccount>().RunAsync(Form("mara@example.org", Roles.Moderator), Actor.System, Stop);
        var first = await studio.Get<IssuePasswordLink>().RunAsync(id, Actor.System, Stop);
        var second = await studio.Get<IssuePasswordLink>().RunAsync(id, Actor.System, Stop);

        await RefusedAsync("account.link", () => studio.Get<SetPasswordByLink>().RunAsync(new PasswordByLink(first.Token, Good), Stop));
        studio.Clock.Advance(TimeSpan.FromHours(24));
        await RefusedAsync("account.link", () => studio.Get<SetPasswordByLink>().RunAsync(new PasswordByLink(second.Token, Good), Stop));
    }

    [Theory]
    [InlineData("short one")]
    [InlineData("aaaaaaaaaaaaaaaa")]
    public async Task Weak_password_is_refused_and_does_not_cost_the_link(string weak)
    {
        await using var studio = await StartAsync();
        var id = await studio.Get<CreateAccount>().RunAsync(Form("mara@example.org", Roles.Moderator), Actor.System, Stop);
        var link = await studio.Get<IssuePasswordLink>().RunAsync(id, Actor.System, Stop);

        await RefusedAsync("account.password", () => studio.Get<SetPasswordByLink>().RunAsync(new PasswordByLink(link.Token, weak), Stop));
        await studio.Get<SetPasswordByLink>().RunAsync(new PasswordByLink(link.Token, Good), Stop);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("x.y")]
    [InlineData("00000000000000000000000000000000.000000000000000000000000000000000000000000000000")]
    public async Task Made_up_link_is_refused(string? token)
    {
        await using var studio = await StartAsync();

        await RefusedAsync("account.link", () => studio.Get<SetPasswordByLink>().RunAsync(new PasswordByLink(token, Good), Stop));
    }

    [Fact]
    public async Task Last_administrator_can_neither_be_demoted_nor_deactivated()
    {
        await using var studio = await StartAsync();
        var ada = await AdministratorAsync(studio, "ada@example.org");
        await studio.Get<CreateAccount>().RunAsync(Form("no-password-yet@example.org", Roles.Admin), Actor.System, Stop);

        await RefusedAsync("account.last_admin", () => DemoteAsync(studio, ada));
        await RefusedAsync("account.last_admin", () => studio.Get<SetAccountActive>().RunAsync(new AccountActivation(ada, false), Actor.System, Stop));

        var view = await ViewAsync(studio, ada);
        view.Roles.ShouldBe([Roles.Admin]);
        view.Active.ShouldBeTrue();
    }

    [Fact]
    public async Task One_of_two_administrators_can_be_demoted()
    {
        await using var studio = await StartAsync();
        var ada = await AdministratorAsync(studio, "ada@example.org");
        await AdministratorAsync(studio, "bo@example.org");

        await DemoteAsync(studio, ada);

        (await ViewAsync(studio, ada)).Roles.ShouldBe([Roles.Moderator]);
    }

    [Fact]
    public async Task Two_administrators_who_demote_each_other_at_once_leave_one()
    {
        await using var studio = await StartAsync();
        Guid[] both = [await AdministratorAsync(studio, "ada@example.org"), await AdministratorAsync(studio, "bo@example.org")];
        var views = await studio.Get<ListAccounts>().RunAsync(Actor.System, Stop);

        var outcomes = await Task.WhenAll(both.Select(id => Task.Run(async () =>
        {
            try
            {
                var view = views.Single(v => v.Id == id);
                var form = view.ToForm();
                form.Roles = new(StringComparer.Ordinal) { Roles.Moderator };
                await studio.Get<EditAccount>().RunAsync(new AccountEdit(id, view.Stamp, form), Actor.System, Stop);
                return true;
            }
            catch (RefusedException)
            {
                return false;
            }
        })));

        outcomes.Count(done => done).ShouldBe(1);
        (await studio.Get<HasAdministrator>().RunAsync(Stop)).ShouldBeTrue();
    }

    [Fact]
    public async Task Edit_of_an_outdated_account_is_refused()
    {
        await using var studio = await StartAsync();
        var id = await studio.Get<CreateAccount>().RunAsync(Form("mara@example.org", Roles.Moderator), Actor.System, Stop);
        var old = await ViewAsync(studio, id);
        await studio.Get<EditAccount>().RunAsync(new AccountEdit(id, old.Stamp, old.ToForm()), Actor.System, Stop);

        await RefusedAsync("account.conflict", () => studio.Get<EditAccount>().RunAsync(new AccountEdit(id, old.Stamp, old.ToForm()), Actor.System, Stop));
    }

    [Fact]
    public async Task New_roles_and_deactivation_end_sessions_while_other_edits_do_not()
    {
        await using var studio = await StartAsync();
        var id = await studio.Get<CreateAccount>().RunAsync(Form("mara@example.org", Roles.Moderator), Actor.System, Stop);
        var stamps = new List<string?> { (await ReviewerAsync(studio, id)).SecurityStamp };

        await EditAsync(studio, id, form => form.Group = "Team South");
        (await ReviewerAsync(studio, id)).SecurityStamp.ShouldBe(stamps[0]);
        await EditAsync(studio, id, form => form.Roles.Add(Roles.PolicyLead));
        stamps.Add((await ReviewerAsync(studio, id)).SecurityStamp);
        await studio.Get<SetAccountActive>().RunAsync(new AccountActivation(id, false), Actor.System, Stop);
        stamps.Add((await ReviewerAsync(studio, id)).SecurityStamp);

        stamps.Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task Address_of_another_account_is_refused_whatever_its_case()
    {
        await using var studio = await StartAsync();
        await studio.Get<CreateAccount>().RunAsync(Form("mara@example.org", Roles.Moderator), Actor.System, Stop);

        await RefusedAsync("account.email", () => studio.Get<CreateAccount>().RunAsync(Form("Mara@Example.org", Roles.Moderator), Actor.System, Stop));
    }

    [Fact]
    public async Task Form_out_of_order_is_refused_by_the_use_case_itself()
    {
        await using var studio = await StartAsync();
        var form = Form("nobody", Roles.Moderator);
        form.Languages = "english";
        form.Clearance = 10;
        form.Roles.Clear();

        var refusal = await Should.ThrowAsync<ValidationException>(() => studio.Get<CreateAccount>().RunAsync(form, Actor.System, Stop));

        refusal.Errors.Select(e => e.PropertyName).Order().ShouldBe(["Clearance", "Email", "Languages", "Roles"]);
    }

    [Fact]
    public async Task Every_use_case_demands_an_administrator()
    {
        await using var studio = await StartAsync();
        var lead = await studio.ReviewerAsync("lead", roles: [Roles.PolicyLead, Roles.MLEngineer, Roles.Moderator]);
        var id = Guid.NewGuid();
        Func<Task>[] calls =
        [
            () => studio.Get<ListAccounts>().RunAsync(lead, Stop),
            () => studio.Get<CreateAccount>().RunAsync(Form("x@example.org", Roles.Admin), lead, Stop),
            () => studio.Get<EditAccount>().RunAsync(new AccountEdit(id, "", Form("x@example.org", Roles.Admin)), lead, Stop),
            () => studio.Get<SetAccountActive>().RunAsync(new AccountActivation(id, true), lead, Stop),
            () => studio.Get<IssuePasswordLink>().RunAsync(id, lead, Stop),
            () => studio.Get<ResetSecondFactor>().RunAsync(id, lead, Stop),
        ];

        foreach (var call in calls)
        {
            await Should.ThrowAsync<ForbiddenException>(call);
        }
    }

    [Fact]
    public async Task Changes_are_audited_with_roles_but_without_secrets()
    {
        await using var studio = await StartAsync();
        var id = await AdministratorAsync(studio, "ada@example.org");

        var events = await studio.Database.ReadAsync(
            db => db.Set<AuditEvent>().Where(e => e.SubjectId == id).OrderBy(e => e.Id).ToListAsync(Stop), Stop);

        events.ConvertAll(e => e.Action).ShouldBe(["account.created", "account.password_link", "account.password_set"]);
        events[0].DetailsJson.ShouldContain(Roles.Admin);
        events[1].DetailsJson.ShouldBe("{}");
        events[2].ActorName.ShouldBe("Somebody");
    }

    [Fact]
    public async Task Second_factor_is_taken_off_but_a_waiting_link_stays()
    {
        await using var studio = await StartAsync();
        var id = await AdministratorAsync(studio, "ada@example.org");
        await studio.Database.WriteAsync(
            async db =>
            {
                var reviewer = await db.Users.SingleAsync(r => r.PublicId == id);
                reviewer.TwoFactorEnabled = true;
                db.UserTokens.Add(new IdentityUserToken<long> { UserId = reviewer.Id, LoginProvider = "[AspNetUserStore]", Name = "AuthenticatorKey", Value = "KEY" });
                await db.SaveChangesAsync();
            },
            Stop);
        var link = await studio.Get<IssuePasswordLink>().RunAsync(id, Actor.System, Stop);

        await studio.Get<ResetSecondFactor>().RunAsync(id, Actor.System, Stop);

        var view = await ViewAsync(studio, id);
        view.TwoFactor.ShouldBeFalse();
        view.LinkUntil.ShouldBe(link.Until);
        (await studio.Database.ReadAsync(db => db.UserTokens.CountAsync(t => t.Name == "AuthenticatorKey"), Stop)).ShouldBe(0);
    }

    private static AccountForm Form(string email, params string[] roles) => new()
    {
        Email = email, Name = "Somebody", Languages = "en, de", Roles = new SortedSet<string>(roles, StringComparer.Ordinal),
    };

    private static async Task<Guid> AdministratorAsync(TestStudio studio, string email)
    {
        var id = await studio.Get<CreateAccount>().RunAsync(Form(email, Roles.Admin), Actor.System, Stop);
        var link = await studio.Get<IssuePasswordLink>().RunAsync(id, Actor.System, Stop);
        await studio.Get<SetPasswordByLink>().RunAsync(new PasswordByLink(link.Token, Good), Stop);
        return id;
    }

    private static Task DemoteAsync(TestStudio studio, Guid id) => EditAsync(studio, id, form => form.Roles = new(StringComparer.Ordinal) { Roles.Moderator });

    private static async Task EditAsync(TestStudio studio, Guid id, Action<AccountForm> change)
    {
        var view = await ViewAsync(studio, id);
        var form = view.ToForm();
        change(form);
        await studio.Get<EditAccount>().RunAsync(new AccountEdit(id, view.Stamp, form), Actor.System, Stop);
    }

    private static async Task<AccountView> ViewAsync(TestStudio studio, Guid id) =>
        (await studio.Get<ListAccounts>().RunAsync(Actor.System, Stop)).Single(a => a.Id == id);

    private static Task<Reviewer> ReviewerAsync(TestStudio studio, Guid id) =>
        studio.Database.ReadAsync(db => db.Users.SingleAsync(r => r.PublicId == id), Stop);

    private static async Task RefusedAsync(string code, Func<Task> call) => (await Should.ThrowAsync<RefusedException>(call)).Code.ShouldBe(code);
}
