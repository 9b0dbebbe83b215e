using System.CommandLine;
using Microsoft.AspNetCore.Identity;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;
using ReviewStudio.Hosting;

namespace ReviewStudio.Cli;

/// <summary>Makes the first administrator, or another one.</summary>
public sealed class AdminVerb : IVerb
{
    public Command Build(GlobalOptions options)
    {
        var email = new Option<string>("--email") { Description = "The sign-in name.", Required = true };
        var name = new Option<string?>("--name") { Description = "The name that colleagues see." };
        var create = new Command("create", "Create an administrator. The password is asked for, or read from standard input when that is redirected.\n\nExample: reviewstudio admin create --email ada@example.org")
        {
            email, name,
        };
        create.SetAction((parsed, cancellation) => CommandLine.GuardAsync(async () =>
        {
            using var host = StudioHost.BuildQuiet(options.HostArguments(parsed));
            await StudioHost.PrepareAsync(host.Services, cancellation);
            using var scope = host.Services.CreateScope();
            var users = scope.ServiceProvider.GetRequiredService<UserManager<Reviewer>>();
            var address = parsed.GetRequiredValue(email);
            var reviewer = new Reviewer
            {
                UserName = address,
                Email = address,
                EmailConfirmed = true,
                DisplayName = parsed.GetValue(name) ?? address,
                Clearance = 9,
                CreatedAt = scope.ServiceProvider.GetRequiredService<TimeProvider>().Instant(),
            };
            Demand(await users.CreateAsync(reviewer, ReadPassword()));
            Demand(await users.AddToRoleAsync(reviewer, Roles.Admin));
            if (parsed.GetValue(options.Json))
            {
                CommandLine.PrintJson(new { created = address, id = reviewer.PublicId });
            }
            else
            {
                await Console.Out.WriteLineAsync($"Created the administrator {address}.");
            }

            return 0;
        }));
        return new Command("admin", "Manage administrators.") { create };
    }

    private static void Demand(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new RefusedException("account.refused", string.Join(' ', result.Errors.Select(e => e.Description)));
        }
    }

    private static string ReadPassword()
    {
        if (Console.IsInputRedirected)
        {
            return Console.In.ReadLine() ?? "";
        }

        Console.Error.Write("Password: ");
        var password = new System.Text.StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key == ConsoleKey.Backspace && password.Length > 0)
            {
                password.Length--;
            }
            else if (!char.IsControl(key.KeyChar))
            {
                password.Append(key.KeyChar);
            }
        }

        Console.Error.WriteLine();
        return password.ToString();
    }
}
