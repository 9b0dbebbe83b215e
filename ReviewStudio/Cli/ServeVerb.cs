using System.CommandLine;
using ReviewStudio.Hosting;

namespace ReviewStudio.Cli;

/// <summary>Serves the web application; the default verb.</summary>
public sealed class ServeVerb : IVerb
{
    public Command Build(GlobalOptions options)
    {
        var command = new Command("serve", "Serve the web application (default).\n\nExample: reviewstudio serve --urls http://localhost:5080") { TreatUnmatchedTokensAsErrors = false };
        var role = new Option<string?>("--role") { Description = "What this node does: all (default), web (pages and API) or worker (jobs). Also Node:Role." };
        command.Add(role);
        command.SetAction((parsed, cancellation) =>
        {
            var arguments = options.HostArguments(parsed);
            return ServeAsync(parsed.GetValue(role) is { } chosen ? arguments with { Rest = [.. arguments.Rest, $"--Node:Role={chosen}"] } : arguments, cancellation);
        });
        return command;
    }

    public static Task<int> ServeAsync(HostArguments arguments, CancellationToken cancellation) => CommandLine.GuardAsync(async () =>
    {
        ArgumentNullException.ThrowIfNull(arguments);
        await using var app = StudioHost.BuildWeb(arguments);
        await StudioHost.PrepareAsync(app.Services, cancellation);
        await app.RunAsync(cancellation);
        return 0;
    });
}
