using System.Diagnostics;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Training.External;
using ReviewStudio.Core.Training.Heads;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Training;

public sealed class ExternalTrainerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("external-trainer-").FullName;

    private string Output => Path.Combine(_folder, "out", "head.onnx");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Command_gets_the_paths_and_its_progress_lines_arrive()
    {
        File.WriteAllText(Path.Combine(_folder, "train.jsonl"), "the snapshot");
        var reported = new Collect();

        await Shell("echo starting; echo progress 0.42 epoch 1 of 3; cat \"$REVIEWSTUDIO_SNAPSHOT/train.jsonl\" > \"$REVIEWSTUDIO_OUTPUT\"; echo progress 1")
            .RunAsync(_folder, Output, reported, CancellationToken.None);

        File.ReadAllText(Output).ShouldBe("the snapshot");
        reported.Values.ShouldBe([new(0.42, "epoch 1 of 3"), new(1, "")]);
    }

    [Fact]
    public async Task Placeholders_in_arguments_are_filled_in_without_a_shell()
    {
        File.WriteAllText(Path.Combine(_folder, "head"), "prepared");

        await new ExternalTrainer(new("cp", ["{snapshot}/head", "{output}"])).RunAsync(_folder, Output, null, CancellationToken.None);

        File.ReadAllText(Output).ShouldBe("prepared");
    }

    [Fact]
    public async Task Failing_command_is_reported_with_its_exit_code_and_the_end_of_its_errors()
    {
        var refusal = await Should.ThrowAsync<RefusedException>(() =>
            Shell("i=0; while [ $i -lt 3000 ]; do echo noise $i >&2; i=$((i+1)); done; echo out of memory >&2; touch \"$REVIEWSTUDIO_OUTPUT\"; exit 3")
                .RunAsync(_folder, Output, null, CancellationToken.None));

        refusal.Code.ShouldBe("trainer.failed");
        refusal.Message.ShouldContain("exit code 3");
        refusal.Message.ShouldEndWith("out of memory");
        refusal.Message.Length.ShouldBeLessThan(4500);
        File.Exists(Output).ShouldBeFalse("what a failed command leaves is not a model");
    }

    [Fact]
    public async Task Command_that_leaves_no_file_is_told_where_to_leave_it()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Output)!);
        File.WriteAllText(Output, "of an earlier run");

        var refusal = await Should.ThrowAsync<RefusedException>(() => Shell("true").RunAsync(_folder, Output, null, CancellationToken.None));

        refusal.Code.ShouldBe("trainer.no-output");
        refusal.Message.ShouldContain("REVIEWSTUDIO_OUTPUT");
    }

    [Fact]
    public async Task Unknown_command_is_refused()
    {
        var refusal = await Should.ThrowAsync<RefusedException>(() =>
            new ExternalTrainer(new("/no/such/trainer", [])).RunAsync(_folder, Output, null, CancellationToken.None));

        refusal.Code.ShouldBe("trainer.not-started");
        refusal.Message.ShouldContain("/no/such/trainer");
    }

    [Fact]
    public async Task Timeout_kills_the_command_with_its_children()
    {
        var trainer = new ExternalTrainer(new("sh", ["-c", "sleep 60 & echo $! > child; wait"]) { Timeout = TimeSpan.FromSeconds(1) });
        var watch = Stopwatch.StartNew();

        var refusal = await Should.ThrowAsync<RefusedException>(() => trainer.RunAsync(_folder, Output, null, CancellationToken.None));

        refusal.Message.ShouldContain("was stopped after 1 s");
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
        ChildIsGone().ShouldBeTrue();
    }

    [Fact]
    public async Task Cancelling_kills_the_command_with_its_children()
    {
        using var source = new CancellationTokenSource();
        var started = new Collect();
        var run = Shell("sleep 60 & echo $! > child; echo progress 0.1 started; wait").RunAsync(_folder, Output, started, source.Token);
        await started.First.Task.WaitAsync(TimeSpan.FromSeconds(10));

        await source.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => run.WaitAsync(TimeSpan.FromSeconds(10)));
        ChildIsGone().ShouldBeTrue();
    }

    [Fact]
    public async Task Secrets_of_the_server_do_not_reach_the_command()
    {
        Environment.SetEnvironmentVariable("ConnectionStrings__Studio", "Password=secret");
        try
        {
            var trainer = new ExternalTrainer(new("sh", ["-c", "env > \"$REVIEWSTUDIO_OUTPUT\""])
            {
                Environment = new Dictionary<string, string> { ["CUDA_VISIBLE_DEVICES"] = "0" },
            });

            await trainer.RunAsync(_folder, Output, null, CancellationToken.None);
        }
        finally
        {
            Environment.SetEnvironmentVariable("ConnectionStrings__Studio", null);
        }

        var seen = File.ReadAllText(Output);
        seen.ShouldNotContain("secret");
        seen.ShouldContain("CUDA_VISIBLE_DEVICES=0");
        seen.ShouldContain("PATH=");
    }

    [Fact]
    public async Task Head_that_a_command_leaves_is_loaded_and_its_labels_are_compared()
    {
        var head = LogisticHeadTrainer.Fit(HeadExamples.Make(60, seed: 1), HeadExamples.Labels, new() { L2 = 0.1, Temperature = 1 });
        HeadOnnxWriter.Save(head, new("ngram-1", "snapshot-7", "hate@3", new DateTime(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc)), Path.Combine(_folder, "prepared"));
        await Shell("cp \"$REVIEWSTUDIO_SNAPSHOT/prepared\" \"$REVIEWSTUDIO_OUTPUT\"").RunAsync(_folder, Output, null, CancellationToken.None);

        ExternalHead.Validate(Output, ["threat", "benign", "insult"]).TrainedOn.ShouldBe("snapshot-7");

        var refusal = Should.Throw<RefusedException>(() => ExternalHead.Validate(Output, ["threat", "benign", "spam"]));
        refusal.Code.ShouldBe("trainer.bad-head");
        refusal.Message.ShouldContain("benign, insult, threat");
    }

    [Fact]
    public async Task File_that_is_no_model_is_refused()
    {
        await Shell("echo hello > \"$REVIEWSTUDIO_OUTPUT\"").RunAsync(_folder, Output, null, CancellationToken.None);

        Should.Throw<RefusedException>(() => ExternalHead.Validate(Output, HeadExamples.Labels)).Message.ShouldContain("is not a model");
    }

    [Theory]
    [InlineData("progress 0.5 half", 0.5, "half")]
    [InlineData("progress 7", 1.0, "")]
    [InlineData("progress nan x", null, null)]
    [InlineData("in progress", null, null)]
    public void Progress_lines_are_recognised(string line, double? fraction, string? text)
    {
        var parsed = ExternalTrainer.ParseProgress(line);

        parsed?.Fraction.ShouldBe(fraction!.Value);
        parsed?.Text.ShouldBe(text);
        (parsed is null).ShouldBe(fraction is null);
    }

    private static ExternalTrainer Shell(string script) => new(new("sh", ["-c", script]));

    private bool ChildIsGone()
    {
        var pid = int.Parse(File.ReadAllText(Path.Combine(_folder, "child")), System.Globalization.CultureInfo.InvariantCulture);
        for (var attempt = 0; attempt < 50; attempt++)
        {
            // A killed child that nobody has collected yet stays in the table as a zombie.
            var status = $"/proc/{pid}/stat";
            if (!File.Exists(status) || File.ReadAllText(status).Contains(") Z", StringComparison.Ordinal))
            {
                return true;
            }

            Thread.Sleep(20);
        }

        return false;
    }

    private sealed class Collect : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> Values { get; } = [];

        public TaskCompletionSource First { get; } = new();

        public void Report(TrainingProgress value)
        {
            Values.Add(value);
            First.TrySetResult();
        }
    }
}
