using System.Runtime.InteropServices;
using ReviewStudio.Hosting.Demo;

namespace ReviewStudio.Hosting.Checks;

/// <summary>What runs here.</summary>
internal sealed class ProgramCheck(IHostEnvironment environment, DemoOptions demo) : ISystemCheck
{
    public int Order => 0;

    public Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancellation)
    {
        List<Finding> findings =
        [
            new("Program", Health.Ok, $"ReviewStudio {SystemReport.Version} on {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} cores"),
        ];
        if (demo.Enabled && !environment.IsDevelopment())
        {
            findings.Add(new("Demo mode", Health.Warning, "Demo accounts with a known password may sign in.", "Set Demo:Enabled to false and deactivate the demo accounts before real content comes in."));
        }

        return Task.FromResult<IReadOnlyList<Finding>>(findings);
    }
}
