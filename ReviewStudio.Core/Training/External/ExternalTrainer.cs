using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Training.Heads;

namespace ReviewStudio.Core.Training.External;

/// <summary>
/// Trains by running a configured command. It finds the snapshot folder in <c>REVIEWSTUDIO_SNAPSHOT</c>, leaves its
/// ONNX head at <c>REVIEWSTUDIO_OUTPUT</c>, and may say how far it is with lines <c>progress 0.42 text</c> on standard output.
/// </summary>
public sealed class ExternalTrainer(ExternalTrainerOptions options)
{
    private static readonly string[] Inherited =
        ["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TMP", "TEMP", "SystemRoot", "PATHEXT", "USERPROFILE"];

    private static readonly TimeSpan PipeGrace = TimeSpan.FromSeconds(5);

    /// <summary>Runs the command to its end. <see cref="ExternalHead"/> looks into the file it leaves.</summary>
    /// <param name="snapshotFolder">The training snapshot, read by the command.</param>
    /// <param name="outputPath">Where the command must leave its ONNX file; an old file there is deleted first.</param>
    /// <param name="progress">Gets the command's progress lines.</param>
    /// <param name="ct">Kills the command with all its children.</param>
    /// <exception cref="RefusedException"><c>trainer.not-started</c>, <c>trainer.timeout</c>, <c>trainer.failed</c> (with the end of its error output) or <c>trainer.no-output</c>.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task RunAsync(string snapshotFolder, string outputPath, IProgress<TrainingProgress>? progress, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var output = Path.GetFullPath(outputPath);
        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        File.Delete(output);
        using var process = Start(Path.GetFullPath(snapshotFolder), output);
        var errors = new LineTail(4000);
        var pumps = Task.WhenAll(
            OutputPump.RunAsync(process.StandardOutput, line => Report(line, progress)),
            OutputPump.RunAsync(process.StandardError, errors.Add));

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(options.Timeout);
        try
        {
            await process.WaitForExitAsync(limit.Token);

            // A child left behind may hold the pipe open; what it says is not waited for longer than this.
            await Task.WhenAny(pumps, Task.Delay(PipeGrace, ct));
        }
        catch (OperationCanceledException)
        {
            await KillAsync(process);
            File.Delete(output);
            ct.ThrowIfCancellationRequested();
            throw new RefusedException(
                "trainer.timeout",
                $"The training command '{options.Command}' was stopped after {Words(options.Timeout)}. Give it more time, or a smaller snapshot.{errors.Quoted()}");
        }

        if (process.ExitCode != 0)
        {
            File.Delete(output);
            throw new RefusedException(
                "trainer.failed", $"The training command '{options.Command}' ended with exit code {process.ExitCode}.{errors.Quoted()}");
        }

        if (!File.Exists(output))
        {
            throw new RefusedException(
                "trainer.no-output",
                $"The training command '{options.Command}' ended well but left no file at REVIEWSTUDIO_OUTPUT ({Path.GetFileName(output)}). It must write its ONNX head there.{errors.Quoted()}");
        }
    }

    /// <summary>Reads <c>progress 0.42 text</c>; null for any other line.</summary>
    internal static TrainingProgress? ParseProgress(string line)
    {
        var parts = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
        return parts.Length >= 2
            && string.Equals(parts[0], "progress", StringComparison.Ordinal)
            && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var fraction)
            && double.IsFinite(fraction)
                ? new(Math.Clamp(fraction, 0, 1), parts.Length > 2 ? parts[2].Trim() : "")
                : null;
    }

    private static void Report(string line, IProgress<TrainingProgress>? progress)
    {
        if (ParseProgress(line) is { } value)
        {
            progress?.Report(value);
        }
    }

    private static async Task KillAsync(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It ended by itself in the meantime.
        }

        await process.WaitForExitAsync(CancellationToken.None);
    }

    private static string Words(TimeSpan time) => time.TotalMinutes >= 2
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");

    private Process Start(string snapshot, string output)
    {
        var start = new ProcessStartInfo(options.Command)
        {
            WorkingDirectory = options.WorkingDirectory ?? snapshot,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in options.Arguments)
        {
            start.ArgumentList.Add(argument
                .Replace("{snapshot}", snapshot, StringComparison.Ordinal)
                .Replace("{output}", output, StringComparison.Ordinal));
        }

        var kept = Inherited.Select(name => (name, value: Environment.GetEnvironmentVariable(name))).Where(v => v.value is not null).ToArray();
        start.Environment.Clear();
        foreach (var (name, value) in kept)
        {
            start.Environment[name] = value;
        }

        foreach (var (name, value) in options.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["REVIEWSTUDIO_SNAPSHOT"] = snapshot;
        start.Environment["REVIEWSTUDIO_OUTPUT"] = output;
        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return process;
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            throw new RefusedException(
                "trainer.not-started",
                $"The training command '{options.Command}' could not be started: {e.Message} Check Training:External:Command in the configuration.");
        }
    }
}
