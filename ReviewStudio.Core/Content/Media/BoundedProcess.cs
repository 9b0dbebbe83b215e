using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace ReviewStudio.Core.Content.Media;

/// <summary>How a bounded process ended.</summary>
/// <param name="Code">Its exit code; −1 when it was ended here.</param>
/// <param name="Error">The last lines that it wrote to standard error.</param>
/// <param name="TimedOut">Whether it took longer than it may.</param>
internal sealed record ProcessEnd(int Code, string Error, bool TimedOut);

/// <summary>
/// Runs a program that reads hostile files: in a process of its own, without a shell, with bounds on its time, its
/// memory and what it writes. Where <c>prlimit</c> is there, the system itself holds it to them.
/// </summary>
internal static class BoundedProcess
{
    private const long Memory = 3L << 30;
    private const long LargestFile = 2L << 30;
    private const int LongestError = 2_000;

    private static readonly string? Limiter = Find("prlimit");

    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name)).FirstOrDefault(File.Exists);

    /// <param name="output">Reads standard output; bounded by itself.</param>
    public static async Task<ProcessEnd> RunAsync(
        string program, IEnumerable<string> arguments, TimeSpan most, Func<Stream, CancellationToken, Task> output, CancellationToken cancellation)
    {
        using var process = new Process { StartInfo = StartInfo(program, arguments, most) };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stop.CancelAfter(most);
        process.Start();
        try
        {
            process.StandardInput.Close();
            var error = ErrorAsync(process.StandardError, stop.Token);
            await output(process.StandardOutput.BaseStream, stop.Token);
            await process.WaitForExitAsync(stop.Token);
            return new ProcessEnd(process.ExitCode, await error, TimedOut: false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new ProcessEnd(-1, "", TimedOut: true);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static ProcessStartInfo StartInfo(string program, IEnumerable<string> arguments, TimeSpan most)
    {
        var start = new ProcessStartInfo(Limiter ?? program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };

        // Nothing of the server's environment, with its connection strings, is any business of a media reader.
        var path = start.Environment["PATH"];
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        if (Limiter is not null)
        {
            start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"--as={Memory}"));
            start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"--fsize={LargestFile}"));
            start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"--cpu={(int)most.TotalSeconds * 4}"));
            start.ArgumentList.Add("--core=0");
            start.ArgumentList.Add(program);
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    private static async Task<string> ErrorAsync(StreamReader reader, CancellationToken stop)
    {
        var kept = new StringBuilder();
        var buffer = new char[1024];
        while (await reader.ReadAsync(buffer.AsMemory(), stop) is > 0 and var count)
        {
            kept.Append(buffer, 0, count);
            if (kept.Length > LongestError)
            {
                kept.Remove(0, kept.Length - LongestError);
            }
        }

        return kept.ToString();
    }
}
