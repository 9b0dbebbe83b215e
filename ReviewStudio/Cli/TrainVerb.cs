using System.CommandLine;
using System.Text.Json;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Core.Training;
using ReviewStudio.Core.Training.Fusion;
using ReviewStudio.Hosting;

namespace ReviewStudio.Cli;

/// <summary>Turns the loop once in this process, or measures on a file what a head over all modalities is worth.</summary>
public sealed class TrainVerb : IVerb
{
    private const string Help = """
        Train a head on the labels of a queue's policy, put it to its gates and, where the queue says so, in service; then
        score and rank what waits. A training that was broken off is taken up where it stopped.

        With --data, train on the posts of a file instead, and leave the database alone: one head over all parts of a post
        and one for each modality by itself, measured on the file's own test posts. A line is a post:
          {"parts":[{"modality":"text","text":"…"},{"modality":"image","path":"a.jpg"},{"modality":"audio","path":"b.wav"}],
           "label":"ok","split":"train","language":"en","shows":{"image":"cat"}}
        Paths are relative to the file. Where an object such as "shows" tells what the parts show, the ceiling of a perfect
        perceiver of each modality is told beside its score.

        Examples:
          reviewstudio train --queue community
          reviewstudio train --queue abuse --json
          reviewstudio train --data posts.jsonl --split-column split --json
        """;

    private readonly Option<string?> _queue = new("--queue") { Description = "The key of the queue whose settings the training follows." };
    private readonly Option<FileInfo?> _data = new("--data") { Description = "A file of labelled posts to train and test on, JSON lines." };
    private readonly Option<string> _label = new("--label") { Description = "Where a post of the file has its label.", DefaultValueFactory = _ => "label" };
    private readonly Option<string> _split = new("--split-column") { Description = "Where a post of the file says train or test.", DefaultValueFactory = _ => "split" };

    public Command Build(GlobalOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var command = new Command("train", Help) { _queue, _data, _label, _split };
        command.Validators.Add(result =>
        {
            if ((result.GetValue(_queue) is null) == (result.GetValue(_data) is null))
            {
                result.AddError("Say either --queue, to train on verdicts, or --data, to train on a file.");
            }
        });
        command.SetAction((parsed, cancellation) => CommandLine.GuardAsync(() => RunAsync(parsed, options, cancellation)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, GlobalOptions options, CancellationToken cancellation)
    {
        using var host = StudioHost.BuildQuiet(options.HostArguments(parsed));
        if (parsed.GetValue(_data) is { } file)
        {
            var request = new MeasureFusionRequest(file.FullName, parsed.GetRequiredValue(_label), parsed.GetRequiredValue(_split));
            return await FusionOnConsole.RunAsync(host.Services, request, parsed.GetValue(options.Json), cancellation);
        }

        await StudioHost.PrepareAsync(host.Services, cancellation);
        var (policy, queue) = await host.Services.GetRequiredService<ListLoopPolicies>().FindQueueAsync(parsed.GetValue(_queue)!, Actor.System, cancellation);
        await PreparedMedia.RunAsync(host.Services, cancellation);
        var job = await JobOnConsole.RunAsync(host.Services, await JobAsync(host.Services, policy, queue, cancellation), cancellation);
        if (job.State != JobState.Succeeded)
        {
            throw new RefusedException("training.failed", job.Error ?? "The training was cancelled. Run the command again to start another.");
        }

        var result = JsonSerializer.Deserialize<TrainingResult>(job.ResultJson!)!;
        if (parsed.GetValue(options.Json))
        {
            CommandLine.PrintJson(new
            {
                queue = queue.Key, policy = policy.Key, result.SnapshotHash, result.HeadHash, result.HeadNumber, result.Promoted, result.Gate, result.Fit,
                seconds = Math.Round(((job.EndedAt - job.StartedAt) ?? TimeSpan.Zero).TotalSeconds, 1),
            });
        }
        else
        {
            await Console.Out.WriteLineAsync($"Head {result.HeadNumber} {(result.Promoted ? "serves" : "does not serve")}. {result.Gate}\nSnapshot {result.SnapshotHash}\nHead     {result.HeadHash}");
        }

        return 0;
    }

    private static async Task<long> JobAsync(IServiceProvider services, LoopPolicy policy, LoopQueue queue, CancellationToken cancellation)
    {
        try
        {
            return (await services.GetRequiredService<StartTraining>().RunAsync(new TrainingRequest(queue.Id, "hand"), Actor.System, cancellation)).JobId;
        }
        catch (RefusedException e) when (e.Code == "training.running")
        {
            var view = await services.GetRequiredService<ListModels>().RunAsync(policy.Id, Actor.System, cancellation);
            if (view.Runs.FirstOrDefault(r => !r.Job.Ended) is not { } open)
            {
                throw;
            }

            await Console.Error.WriteLineAsync($"Taking up the training that began at {open.Run.CreatedAt:yyyy-MM-dd HH:mm:ss} UTC.");
            return open.Job.Id;
        }
    }
}
