using System.CommandLine;
using System.Text.Json;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Datasets.Erasure;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Hosting;

namespace ReviewStudio.Cli;

/// <summary>Erases items.</summary>
public sealed class ItemsVerb : IVerb
{
    private const string Help = """
        Erase an item's content for good: text, author, vectors, drafts, and the notes of its verdicts. Snapshots that held
        it are written anew without it. It cannot be undone.

        Example: reviewstudio items erase --source forum --id 4711 --confirm 4711 --reason "Request of the author, ticket 12"
        """;

    private readonly Option<string> _source = new("--source") { Description = "Where the item came from.", Required = true };
    private readonly Option<string> _id = new("--id") { Description = "Its id there.", Required = true };
    private readonly Option<string> _reason = new("--reason") { Description = "Why, without quoting the content: it stays in the audit log and in the snapshots.", Required = true };
    private readonly Option<string> _confirm = new("--confirm") { Description = "The id once more.", DefaultValueFactory = _ => "" };

    public Command Build(GlobalOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var erase = new Command("erase", Help) { _source, _id, _reason, _confirm };
        erase.SetAction((parsed, stop) => CommandLine.GuardAsync(() => EraseAsync(parsed, options, stop)));
        return new Command("items", "What becomes of single items.") { erase };
    }

    private async Task<int> EraseAsync(ParseResult parsed, GlobalOptions options, CancellationToken stop)
    {
        using var host = StudioHost.BuildQuiet(options.HostArguments(parsed));
        await StudioHost.PrepareAsync(host.Services, stop);
        var request = new EraseRequest(parsed.GetRequiredValue(_source), parsed.GetRequiredValue(_id), parsed.GetRequiredValue(_reason), parsed.GetRequiredValue(_confirm));
        var id = await host.Services.GetRequiredService<EraseItem>().RunAsync(request, Actor.System, stop);
        var job = await JobOnConsole.RunAsync(host.Services, id, stop);
        if (job.State != JobState.Succeeded)
        {
            throw new RefusedException("erasure.unfinished", $"The content is gone from the database, but not yet from all snapshots: {job.Error ?? "the job was cancelled"}. The server goes on with the job.");
        }

        var result = JsonSerializer.Deserialize<ErasureProgress>(job.ResultJson!)!;
        if (parsed.GetValue(options.Json))
        {
            CommandLine.PrintJson(new { erased = true, request.Source, id = request.ExternalId, snapshots = result.Rewritten });
        }
        else
        {
            await Console.Out.WriteLineAsync(FormattableString.Invariant($"{request.Source}/{request.ExternalId} is erased; {result.Rewritten} snapshots were written anew."));
        }

        return 0;
    }
}
