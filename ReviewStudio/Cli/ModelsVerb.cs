using System.CommandLine;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Training;
using ReviewStudio.Hosting;

namespace ReviewStudio.Cli;

/// <summary>Lists heads, and puts one in service by hand.</summary>
public sealed class ModelsVerb : IVerb
{
    private readonly Option<string> _policy = new("--policy") { Description = "The key of the policy.", Required = true };
    private readonly Argument<int> _number = new("HEAD") { Description = "The number of the head." };
    private readonly Argument<FileInfo> _file = new("FILE") { Description = "The ONNX file." };

    public Command Build(GlobalOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var list = new Command("list", "List the heads of a policy, newest first.\n\nExample: reviewstudio models list --policy community --json") { _policy };
        list.SetAction((parsed, stop) => RunAsync(parsed, options, ListAsync, stop));
        var promote = new Command("promote", "Put a head in service that passed its gates or has served before, and score what waits.\n\nExample: reviewstudio models promote 4 --policy community")
        {
            _number, _policy,
        };
        promote.SetAction((parsed, stop) => RunAsync(parsed, options, PromoteAsync, stop));
        var rollback = new Command("rollback", "Put the head that served before back in service.\n\nExample: reviewstudio models rollback --policy community") { _policy };
        rollback.SetAction((parsed, stop) => RunAsync(parsed, options, RollBackAsync, stop));
        var import = new Command(
            "import", "Take in a head that was trained elsewhere. It is tried out and put to the gates; 'models promote' then puts it in service.\n\nExample: reviewstudio models import head.onnx --policy community")
        {
            _file, _policy,
        };
        import.SetAction((parsed, stop) => RunAsync(parsed, options, ImportAsync, stop));
        return new Command("models", "List heads and put one in service.") { list, promote, rollback, import };
    }

    private Task<int> RunAsync(ParseResult parsed, GlobalOptions options, Func<ParseResult, IServiceProvider, LoopPolicy, bool, CancellationToken, Task> work, CancellationToken stop) =>
        CommandLine.GuardAsync(async () =>
        {
            using var host = StudioHost.BuildQuiet(options.HostArguments(parsed));
            await StudioHost.PrepareAsync(host.Services, stop);
            var policy = await host.Services.GetRequiredService<ListLoopPolicies>().FindAsync(parsed.GetRequiredValue(_policy), Actor.System, stop);
            await work(parsed, host.Services, policy, parsed.GetValue(options.Json), stop);
            return 0;
        });

    private static async Task ListAsync(ParseResult parsed, IServiceProvider services, LoopPolicy policy, bool json, CancellationToken stop)
    {
        foreach (var (head, version, report) in (await services.GetRequiredService<ListModels>().RunAsync(policy.Id, Actor.System, stop)).Heads)
        {
            var state = head.State.ToString().ToLowerInvariant();
            if (json)
            {
                CommandLine.PrintJson(new
                {
                    id = head.PublicId, head.Number, state, policy_version = version, head.Trainer, head.TrainedOn, macro_f1 = report?.MacroF1, gate = report?.Summary,
                    head_hash = head.FileHash, head.SnapshotHash, head.CreatedAt, head.PromotedAt, head.RetiredAt,
                });
            }
            else
            {
                var score = report?.MacroF1 is { } f ? FormattableString.Invariant($"macro-F1 {f.Value:0.00} [{f.Lower:0.00}, {f.Upper:0.00}] n {f.N:N0}") : "not measured";
                await Console.Out.WriteLineAsync(FormattableString.Invariant($"{head.Number,4}  {state,-10}  {head.TrainedOn,8:N0} examples  {score}  {report?.Summary}"));
            }
        }
    }

    private async Task PromoteAsync(ParseResult parsed, IServiceProvider services, LoopPolicy policy, bool json, CancellationToken stop)
    {
        var number = parsed.GetRequiredValue(_number);
        var view = (await services.GetRequiredService<ListModels>().RunAsync(policy.Id, Actor.System, stop)).Heads.FirstOrDefault(h => h.Head.Number == number)
            ?? throw new RefusedException("head.unknown", $"{policy.Name} has no head {number}. 'reviewstudio models list --policy {policy.Key}' names those that there are.");
        await TellAsync(services, policy, await services.GetRequiredService<ServeHead>().RunAsync(view.Head.PublicId, Actor.System, stop), json, stop);
    }

    private static async Task RollBackAsync(ParseResult parsed, IServiceProvider services, LoopPolicy policy, bool json, CancellationToken stop) =>
        await TellAsync(services, policy, await services.GetRequiredService<ServeHead>().RollBackAsync(policy.Id, Actor.System, stop), json, stop);

    private async Task ImportAsync(ParseResult parsed, IServiceProvider services, LoopPolicy policy, bool json, CancellationToken stop)
    {
        var file = parsed.GetRequiredValue(_file);
        if (!file.Exists)
        {
            throw new RefusedException("head.missing", $"There is no file {file.FullName}. Check the path.");
        }

        await using var content = file.OpenRead();
        var (head, report) = await services.GetRequiredService<ImportHead>().RunAsync(policy.Id, content, file.Name, Actor.System, stop);
        if (json)
        {
            CommandLine.PrintJson(new { id = head.PublicId, head.Number, state = head.State.ToString().ToLowerInvariant(), gate = report.Summary, head_hash = head.FileHash });
        }
        else
        {
            await Console.Out.WriteLineAsync($"Head {head.Number}. {report.Summary}");
        }
    }

    /// <summary>Scores what waits in this process, unless a serving one does it, and says which head serves.</summary>
    private static async Task TellAsync(IServiceProvider services, LoopPolicy policy, Head head, bool json, CancellationToken stop)
    {
        var scoring = (await services.GetRequiredService<JobDesk>().ListAsync([RescoreJob.JobKind], 20, stop)).Find(j => !j.Ended && j.ExclusiveKey == $"rescore:{policy.Id}");
        if (scoring is not null)
        {
            await JobOnConsole.RunAsync(services, scoring.Id, stop);
        }

        if (json)
        {
            CommandLine.PrintJson(new { policy = policy.Key, champion = head.Number, id = head.PublicId, head_hash = head.FileHash });
        }
        else
        {
            await Console.Out.WriteLineAsync($"Head {head.Number} serves {policy.Name}.");
        }
    }
}
