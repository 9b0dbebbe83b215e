using System.CommandLine;
using System.Text.Json;
using ReviewStudio.Api;
using ReviewStudio.Cli.Snapshots;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Training;
using ReviewStudio.Hosting;

namespace ReviewStudio.Cli;

/// <summary>Makes, lists and checks snapshots of labelled examples.</summary>
public sealed class SnapshotVerb : IVerb
{
    private readonly Option<string> _policy = new("--policy") { Description = "The key of the policy.", Required = true };
    private readonly Option<string?> _only = new("--policy") { Description = "The key of a policy (default: all)." };
    private readonly Option<bool> _noVerdicts = new("--no-verdicts") { Description = "Leave the single verdicts out." };
    private readonly Option<int[]> _versions = new("--policy-version") { Description = "Only labels of this policy version; may be given again.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<DateOnly?> _from = new("--from") { Description = "Only labels from this day on (UTC, as in 2026-01-31)." };
    private readonly Option<DateOnly?> _until = new("--until") { Description = "Only labels before this day (UTC)." };
    private readonly Option<double?> _confidence = new("--min-confidence") { Description = "Only labels with at least this confidence, 0 to 1." };
    private readonly Option<string[]> _methods = new("--method") { Description = "Only labels that came about like this: single, majority, adjudicated, gold or mapped.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string[]> _languages = new("--language") { Description = "Only items in this language.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string[]> _modalities = new("--modality") { Description = "Only items of this modality.", AllowMultipleArgumentsPerToken = true };
    private readonly Argument<string> _name = new("SNAPSHOT") { Description = "Its id, its folder name, or the beginning of its logical hash." };

    private readonly Option<string?> _server = new("--server") { Description = "Ask this server over HTTP instead of the data folder, such as https://studio.example.org.", Recursive = true };
    private readonly Option<string?> _key = new("--api-key") { Description = "The API key for --server (default: the variable RS_KEY).", Recursive = true };
    private readonly Option<DirectoryInfo?> _to = new("--to") { Description = "The folder that the snapshot's own folder is put into (default: the current one)." };

    private readonly Argument<string> _before = new("A") { Description = "The snapshot to start from: its id, its folder name, or the beginning of its logical hash." };
    private readonly Argument<string> _after = new("B") { Description = "The snapshot to compare with it." };

    public Command Build(GlobalOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var create = new Command(
            "create", "Write the labels of a policy, as they are now, to the data folder. The same labels give the snapshot that is there.\n\nExample: reviewstudio snapshot create --policy community --json")
        {
            _policy, _noVerdicts, _versions, _from, _until, _confidence, _methods, _languages, _modalities,
        };
        create.SetAction((parsed, stop) => RunAsync(parsed, options, CreateAsync, stop));
        var list = new Command("list", "List the snapshots, newest first.\n\nExample: reviewstudio snapshot list --policy community --json") { _only };
        list.SetAction((parsed, stop) => RunAsync(parsed, options, ListAsync, stop));
        var verify = new Command(
            "verify", "Compare a snapshot's files with its manifest. Exit code 1 when something is missing or altered.\n\nExample: reviewstudio snapshot verify community-1.2.0-5f1c0a9e")
        {
            _name,
        };
        verify.SetAction((parsed, stop) => RunAsync(parsed, options, VerifyAsync, stop));
        var diff = new Command(
            "diff", "Tell what changed from snapshot A to snapshot B: items added, removed and relabelled, with the verdicts behind it.\n\nExample: reviewstudio snapshot diff community-1.2.0-5f1c0a9e community-2.0.0-91be20d4 --json")
        {
            _before, _after,
        };
        diff.SetAction((parsed, stop) => RunAsync(parsed, options, DiffAsync, stop));
        var download = new Command(
            "download", "Fetch a snapshot's files into a folder and check their hashes. Broken off, the same command goes on where it stopped.\n\nExample: reviewstudio snapshot download community-1.2.0-5f1c0a9e --server https://studio.example.org --api-key $RS_KEY --to data")
        {
            _name, _to,
        };
        download.SetAction((parsed, stop) => RunAsync(parsed, options, DownloadAsync, stop));
        return new Command("snapshot", "Make, list, fetch, check and compare snapshots of labelled examples, here or on a server.") { _server, _key, create, list, download, verify, diff };
    }

    private SnapshotServer? Server(ParseResult parsed) =>
        parsed.GetValue(_server) is { } address ? new SnapshotServer(address, parsed.GetValue(_key) ?? Environment.GetEnvironmentVariable("RS_KEY")) : null;

    private async Task<int> DownloadAsync(ParseResult parsed, IServiceProvider services, bool json, CancellationToken stop)
    {
        var name = parsed.GetRequiredValue(_name);
        using var server = Server(parsed);
        SnapshotAnswer snapshot;
        OpenFile open;
        if (server is not null)
        {
            snapshot = SnapshotName.Find(name, await server.ListAsync(null, stop));
            open = (file, from, hash, token) => server.OpenAsync(snapshot.Id, file, from, hash, token);
        }
        else
        {
            snapshot = SnapshotName.Find(name, (await services.GetRequiredService<ListSnapshots>().RunAsync(null, Actor.System, stop)).ConvertAll(SnapshotAnswer.Of));
            open = async (file, from, _, token) =>
            {
                var found = await services.GetRequiredService<OpenSnapshotFile>().RunAsync(snapshot.Id, file, Actor.System, token);
                var stream = File.OpenRead(found.Path);
                stream.Position = from;
                return (stream, from);
            };
        }

        var folder = Path.Combine(parsed.GetValue(_to)?.FullName ?? Directory.GetCurrentDirectory(), Path.GetFileName(snapshot.Folder));
        var bytes = await SnapshotFetch.RunAsync(folder, snapshot.Files, open, stop);
        if (json)
        {
            CommandLine.PrintJson(new { snapshot.Id, snapshot.Version, snapshot.Hash, folder, files = snapshot.Files.Count, bytes });
        }
        else
        {
            await Console.Out.WriteLineAsync(FormattableString.Invariant($"{folder}: {snapshot.Files.Count} files, {bytes:N0} bytes fetched, hashes right"));
        }

        return 0;
    }

    private static Task<int> RunAsync(ParseResult parsed, GlobalOptions options, Func<ParseResult, IServiceProvider, bool, CancellationToken, Task<int>> work, CancellationToken stop) =>
        CommandLine.GuardAsync(async () =>
        {
            if (parsed.GetValue<string?>("--server") is not null)
            {
                return await work(parsed, Nothing.Instance, parsed.GetValue(options.Json), stop);
            }

            using var host = StudioHost.BuildQuiet(options.HostArguments(parsed));
            await StudioHost.PrepareAsync(host.Services, stop);
            return await work(parsed, host.Services, parsed.GetValue(options.Json), stop);
        });

    private async Task<int> CreateAsync(ParseResult parsed, IServiceProvider services, bool json, CancellationToken stop)
    {
        using var server = Server(parsed);
        if (server is not null)
        {
            var made = await server.CreateAsync(new NewSnapshotBody(parsed.GetRequiredValue(_policy), !parsed.GetValue(_noVerdicts), Filter(parsed)), stop);
            return Tell(json, [made]);
        }

        var policy = await services.GetRequiredService<ListLoopPolicies>().FindAsync(parsed.GetRequiredValue(_policy), Actor.System, stop);
        var id = await services.GetRequiredService<StartSnapshot>().RunAsync(policy.Id, new SnapshotOptions(!parsed.GetValue(_noVerdicts), Filter(parsed)), Actor.System, stop);
        var job = await JobOnConsole.RunAsync(services, id, stop);
        if (job.State != JobState.Succeeded)
        {
            throw new RefusedException("snapshot.failed", job.Error ?? "The snapshot was cancelled. Run the command again to make it.");
        }

        var result = JsonSerializer.Deserialize<SnapshotResult>(job.ResultJson!)!;
        var folder = Path.Combine(services.GetRequiredService<StudioFolders>().Snapshots, result.Folder);
        if (json)
        {
            CommandLine.PrintJson(new { result.Id, policy = policy.Key, result.Version, hash = result.LogicalHash, result.Rows, folder });
        }
        else
        {
            await Console.Out.WriteLineAsync(FormattableString.Invariant($"{policy.Name} {result.Version}: {result.Rows:N0} examples, logical hash {result.LogicalHash}\n{folder}"));
        }

        return 0;
    }

    private SnapshotFilter Filter(ParseResult parsed) => new()
    {
        PolicyVersions = parsed.GetValue(_versions),
        From = parsed.GetValue(_from)?.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc),
        Until = parsed.GetValue(_until)?.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc),
        MinConfidence = parsed.GetValue(_confidence),
        Methods = parsed.GetValue(_methods),
        Languages = parsed.GetValue(_languages),
        Modalities = parsed.GetValue(_modalities),
    };

    private async Task<int> ListAsync(ParseResult parsed, IServiceProvider services, bool json, CancellationToken stop)
    {
        using var server = Server(parsed);
        if (server is not null)
        {
            return Tell(json, await server.ListAsync(parsed.GetValue(_only), stop));
        }

        foreach (var view in await services.GetRequiredService<ListSnapshots>().RunAsync(parsed.GetValue(_only), Actor.System, stop))
        {
            var s = view.Snapshot;
            if (json)
            {
                CommandLine.PrintJson(new
                {
                    id = s.PublicId, policy = view.PolicyKey, s.Version, hash = s.LogicalHash, s.Rows, view.Manifest.Verdicts, view.Manifest.Labels, s.Folder, s.Watermark, s.CreatedAt, view.Present,
                });
            }
            else
            {
                await Console.Out.WriteLineAsync(FormattableString.Invariant(
                    $"{s.Folder}  {s.Rows,8:N0} examples  {view.Manifest.Verdicts,8:N0} verdicts  {s.CreatedAt:yyyy-MM-dd HH:mm}{(view.Present ? "" : "  files are missing")}"));
            }
        }

        return 0;
    }

    private static int Tell(bool json, IReadOnlyList<SnapshotAnswer> snapshots)
    {
        foreach (var s in snapshots)
        {
            if (json)
            {
                CommandLine.PrintJson(new { s.Id, s.Policy, s.Version, s.Edition, s.Hash, s.Rows, s.Verdicts, s.Labels, s.Folder, s.Watermark, s.CreatedAt, s.Present });
            }
            else
            {
                Console.Out.WriteLine(FormattableString.Invariant($"{s.Folder}  {s.Rows,8:N0} examples  {s.Verdicts,8:N0} verdicts  {s.CreatedAt:yyyy-MM-dd HH:mm}{(s.Present ? "" : "  files are missing")}"));
            }
        }

        return 0;
    }

    private async Task<int> VerifyAsync(ParseResult parsed, IServiceProvider services, bool json, CancellationToken stop)
    {
        using var server = Server(parsed);
        string folder, hash;
        SnapshotCheck check;
        if (server is not null)
        {
            var known = SnapshotName.Find(parsed.GetRequiredValue(_name), await server.ListAsync(null, stop));
            (folder, hash, check) = (known.Folder, known.Hash, await server.VerifyAsync(known.Id, stop));
        }
        else
        {
            var snapshot = await FindAsync(parsed.GetRequiredValue(_name), services, stop);
            (folder, hash, check) = (snapshot.Folder, snapshot.LogicalHash, await services.GetRequiredService<VerifySnapshot>().RunAsync(snapshot.PublicId, stop));
        }

        if (json)
        {
            CommandLine.PrintJson(new { ok = check.Problems.Count == 0, folder, hash, check.Files, check.Problems });
        }
        else
        {
            await Console.Out.WriteLineAsync(check.Problems.Count == 0 ? $"{folder}: {check.Files} files are as they were written." : string.Join('\n', check.Problems));
        }

        return check.Problems.Count == 0 ? 0 : 1;
    }

    private async Task<int> DiffAsync(ParseResult parsed, IServiceProvider services, bool json, CancellationToken stop)
    {
        using var server = Server(parsed);
        if (server is not null)
        {
            var known = await server.ListAsync(null, stop);
            var (a, b) = (SnapshotName.Find(parsed.GetRequiredValue(_before), known), SnapshotName.Find(parsed.GetRequiredValue(_after), known));
            var answer = await server.DiffAsync(a.Id, b.Id, stop);
            CommandLine.PrintJson(new { from = a.Folder, to = b.Folder, answer.Added, answer.Removed, answer.Relabelled, answer.Unchanged, answer.Changes });
            return 0;
        }

        var from = await FindAsync(parsed.GetRequiredValue(_before), services, stop);
        var to = await FindAsync(parsed.GetRequiredValue(_after), services, stop);
        var diff = await services.GetRequiredService<DiffSnapshots>().RunAsync(new SnapshotDiffRequest(from.PublicId, to.PublicId), Actor.System, stop);
        if (json)
        {
            CommandLine.PrintJson(new
            {
                from = from.Folder, to = to.Folder, diff.Added, diff.Removed, diff.Relabelled, diff.Unchanged,
                changes = diff.Changes.Select(c => new { c.Kind, case_id = c.CaseId, c.Source, external_id = c.ExternalId, c.Before, c.After, c.Verdicts }),
            });
            return 0;
        }

        await Console.Out.WriteLineAsync(FormattableString.Invariant(
            $"{from.Folder} -> {to.Folder}: {diff.Relabelled:N0} relabelled, {diff.Removed:N0} removed, {diff.Added:N0} added, {diff.Unchanged:N0} unchanged"));
        foreach (var change in diff.Changes)
        {
            await Console.Out.WriteLineAsync(
                $"{change.Kind,-10}  {change.Source}/{change.ExternalId}  {change.Before ?? "-"} -> {change.After ?? "-"}  {(change.Verdicts.Count == 0 ? "no verdict" : string.Join(' ', change.Verdicts))}");
        }

        return 0;
    }

    private static async Task<Snapshot> FindAsync(string name, IServiceProvider services, CancellationToken stop)
    {
        var known = await services.GetRequiredService<ListSnapshots>().RunAsync(policyKey: null, Actor.System, stop);
        return known.Find(v => string.Equals(v.Snapshot.Folder, name, StringComparison.Ordinal) || string.Equals(v.Snapshot.PublicId.ToString(), name, StringComparison.OrdinalIgnoreCase)
                || (name.Length >= 6 && v.Snapshot.LogicalHash.StartsWith(name, StringComparison.OrdinalIgnoreCase)))?.Snapshot
            ?? throw new RefusedException("snapshot.unknown", $"There is no snapshot '{name}'. 'reviewstudio snapshot list' names those that there are.");
    }
}
