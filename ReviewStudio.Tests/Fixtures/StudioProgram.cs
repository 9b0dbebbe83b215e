using System.Diagnostics;
using ReviewStudio.Tests.Architecture;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>The built program in a process of its own: for tests that end it without warning.</summary>
public static class StudioProgram
{
    /// <summary>Starts <c>reviewstudio</c> with these arguments; standard output is redirected, logs stay out of the way.</summary>
    public static Process Start(IEnumerable<string> arguments, params (string Name, string Value)[] environment) => Start(arguments, environment, readErrors: false);

    /// <param name="arguments">The verb and its options.</param>
    /// <param name="environment">Set for the process beside what is inherited.</param>
    /// <param name="readErrors">Whether the caller reads standard error; otherwise it is drained.</param>
    /// <param name="under">A program and its arguments that this one is run under, such as a tracer; none when empty.</param>
    public static Process Start(IEnumerable<string> arguments, (string Name, string Value)[] environment, bool readErrors, params string[] under)
    {
        // The tests' own path tells which build to run: …/ReviewStudio.Tests/bin/CONFIGURATION/FRAMEWORK.
        var build = Path.GetRelativePath(Path.Combine(Repository.Root, "ReviewStudio.Tests"), AppContext.BaseDirectory);
        string[] command = [.. under, "dotnet"];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        start.ArgumentList.Add(Path.Combine(Repository.Root, "ReviewStudio", build, "ReviewStudio.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException("The program did not start.");
        if (!readErrors)
        {
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
        }

        return process;
    }

    /// <summary>Runs it to its end.</summary>
    /// <returns>What it printed on standard output.</returns>
    /// <exception cref="InvalidOperationException">It ended with another code than 0.</exception>
    public static async Task<string> RunAsync(IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        using var process = Start(arguments, environment);
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? said : throw new InvalidOperationException($"It ended with {process.ExitCode} and said: {said}");
    }

    /// <summary>Runs it to its end, whatever that is.</summary>
    public static async Task<ProgramEnd> RunToEndAsync(params string[] arguments)
    {
        var errors = new System.Text.StringBuilder();
        using var process = Start(arguments);
        process.ErrorDataReceived += (_, line) => errors.AppendLine(line.Data);
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new(process.ExitCode, output, errors.ToString().Trim());
    }

    /// <summary>Ends it as a power cut does.</summary>
    public static async Task KillAsync(Process process)
    {
        ArgumentNullException.ThrowIfNull(process);
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }
}

/// <summary>How the program ended and what it said.</summary>
public sealed record ProgramEnd(int Code, string Output, string Errors);
