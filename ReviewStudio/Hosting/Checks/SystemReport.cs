using System.Reflection;

namespace ReviewStudio.Hosting.Checks;

/// <summary>Runs every check. A check that throws is itself a finding, and one that hangs is given up.</summary>
public sealed class SystemReport(IEnumerable<ISystemCheck> checks, TimeProvider clock, ILogger<SystemReport> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The version of the program.</summary>
    public static string Version { get; } =
        typeof(SystemReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellation)
    {
        var findings = new List<Finding>();
        foreach (var check in checks.OrderBy(c => c.Order))
        {
            findings.AddRange(await LookAsync(check, cancellation));
        }

        return findings;
    }

    private async Task<IReadOnlyList<Finding>> LookAsync(ISystemCheck check, CancellationToken cancellation)
    {
        try
        {
            return await Task.Run(() => check.LookAsync(cancellation), cancellation).WaitAsync(Patience, clock, cancellation);
        }
#pragma warning disable CA1031 // Whatever is broken, the report is what must still come.
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogWarning(e, "Check {Check} did not finish", check.GetType().Name);
            return [new Finding(check.GetType().Name.Replace("Check", "", StringComparison.Ordinal), Health.Failed, e.Message, "The log has the details.")];
        }
#pragma warning restore CA1031
    }
}
