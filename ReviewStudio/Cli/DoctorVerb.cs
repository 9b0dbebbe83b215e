using System.CommandLine;
using ReviewStudio.Hosting;
using ReviewStudio.Hosting.Checks;

namespace ReviewStudio.Cli;

/// <summary>Looks at what the installation depends on and says what to do; the System page shows the same.</summary>
public sealed class DoctorVerb : IVerb
{
    public Command Build(GlobalOptions options)
    {
        var command = new Command(
            "doctor",
            "Check the installation: data folder, disk, database, administrator, encoders, jobs. Mends nothing.\n" +
            "Exit code 0 when everything needed works, warnings or not; 1 when something failed.\n\nExample: reviewstudio doctor --json");
        command.SetAction((parsed, cancellation) => CommandLine.GuardAsync(async () =>
        {
            using var host = StudioHost.BuildQuiet(options.HostArguments(parsed));
            var findings = await host.Services.GetRequiredService<SystemReport>().RunAsync(cancellation);
            var failed = findings.Any(f => f.State == Health.Failed);
            if (parsed.GetValue(options.Json))
            {
                CommandLine.PrintJson(new
                {
                    ok = !failed,
                    version = SystemReport.Version,
                    checks = findings.Select(f => new { f.Name, state = f.State.ToString().ToLowerInvariant(), f.Message, f.Remedy }),
                });
            }
            else
            {
                Print(findings);
            }

            return failed ? 1 : 0;
        }));
        return command;
    }

    private static void Print(IReadOnlyList<Finding> findings)
    {
        var width = findings.Max(f => f.Name.Length);
        foreach (var finding in findings)
        {
            var state = finding.State switch { Health.Ok => "ok  ", Health.Warning => "warn", _ => "FAIL" };
            Console.Out.WriteLine($"{state}  {finding.Name.PadRight(width)}  {finding.Message}");
            if (finding.Remedy is { } remedy)
            {
                Console.Out.WriteLine($"{new string(' ', width + 8)}{remedy}");
            }
        }
    }
}
