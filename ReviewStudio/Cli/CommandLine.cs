using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Cli;

/// <summary>One verb of the command line.</summary>
public interface IVerb
{
    Command Build(GlobalOptions options);
}

/// <summary>Options that every verb has.</summary>
public sealed class GlobalOptions
{
    public Option<string?> DataFolder { get; } = new("--data-folder") { Description = "The data folder (default: ./data below the program's content root, or Data:Folder).", Recursive = true };

    public Option<bool> Json { get; } = new("--json") { Description = "Print one JSON object, or JSON lines, and nothing else, on standard output.", Recursive = true };

    /// <summary>What the verb's host is started with.</summary>
    public HostArguments HostArguments(ParseResult parsed)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        return new HostArguments(parsed.GetValue(DataFolder), [.. parsed.UnmatchedTokens]);
    }
}

/// <summary>What a host is started with.</summary>
public sealed record HostArguments(string? DataFolder, string[] Rest);

/// <summary>
/// The command line. Exit codes: 0 done, 1 refused (bad input; the message says what to do), 2 wrong usage,
/// 3 unexpected failure, 130 broken off.
/// </summary>
public static class CommandLine
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static async Task<int> RunAsync(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        args = AsFromCheckout(args);
        var options = new GlobalOptions();
        var root = new RootCommand("ReviewStudio: people judge what a model is unsure about, and their judgement becomes the next model.\nWithout a verb it serves the web application.") { TreatUnmatchedTokensAsErrors = false };
        root.Add(options.DataFolder);
        root.Add(options.Json);
        foreach (var verb in Verbs())
        {
            root.Add(verb.Build(options));
        }

        root.SetAction((parsed, cancellation) => ServeVerb.ServeAsync(options.HostArguments(parsed), cancellation));
        var parsed = root.Parse(args);

        // Settings such as --Data:Folder=… go through to the host, but a mistyped verb must not start a server.
        if (ReferenceEquals(parsed.CommandResult.Command, root) && parsed.UnmatchedTokens is [var first, ..] && !first.StartsWith('-'))
        {
            await Console.Error.WriteLineAsync($"'{first}' is no verb. Verbs: {string.Join(", ", root.Subcommands.Select(c => c.Name))}. With --help each explains itself.");
            return 2;
        }

        if (parsed.Errors.Count > 0)
        {
            await parsed.InvokeAsync();
            return 2;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(20) });
    }

    /// <summary>
    /// Under <c>dotnet run</c> the program begins in Development, with demo content, unless the environment says otherwise.
    /// The project file passes the word.
    /// </summary>
    private static string[] AsFromCheckout(string[] args)
    {
        const string Variable = "ASPNETCORE_ENVIRONMENT";
        if (args is not ["--from-checkout", .. var rest])
        {
            return args;
        }

        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)) && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT")))
        {
            Environment.SetEnvironmentVariable(Variable, "Development");
        }

        return rest;
    }

    /// <summary>Runs a verb's work and turns what it throws into a message and an exit code.</summary>
    public static async Task<int> GuardAsync(Func<Task<int>> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        try
        {
            return await work();
        }
        catch (OptionsValidationException e)
        {
            await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, e.Failures));
            return 1;
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"{e.Message} Stop what listens there, or choose another address with --urls.");
            return 1;
        }
        catch (Exception e) when (e is RefusedException or ForbiddenException or FileNotFoundException or DirectoryNotFoundException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Broken off.");
            return 130;
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync($"This should not have happened; please report it.\n{e}");
            return 3;
        }
    }

    /// <summary>Prints one JSON line, names in snake_case.</summary>
    public static void PrintJson(object value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, value.GetType(), Json));

    /// <summary>The fields of an object, names in snake_case.</summary>
    internal static JsonObject ToJson(object value) => JsonSerializer.SerializeToNode(value, value.GetType(), Json)!.AsObject();

    /// <summary>Every verb in this program: one class a file.</summary>
    private static IEnumerable<IVerb> Verbs() => typeof(CommandLine).Assembly.GetTypes()
        .Where(t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(IVerb)))
        .OrderBy(t => t.Name, StringComparer.Ordinal)
        .Select(t => (IVerb)Activator.CreateInstance(t)!);
}
