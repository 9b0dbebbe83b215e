using System.CommandLine;
using System.Text.Json;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;
using ReviewStudio.Hosting;

namespace ReviewStudio.Cli;

/// <summary>Imports a file into a queue.</summary>
public sealed class ImportVerb : IVerb
{
    private const string Help = """
        Import a CSV, TSV, JSON lines or Parquet file into a queue. A second run of the same file changes nothing; a broken
        run is completed by running it again. Rows that cannot come in are written to a reject file.

        Examples:
          reviewstudio import posts.csv --queue community
          reviewstudio import davidson.csv --queue abuse --text tweet --label class --label-map 0=hate --label-map 1=offensive --label-map 2=benign --labels gold
          reviewstudio import posts.jsonl --queue abuse --files . (rows with "parts": [{"text": …}, {"path": "pictures/1.jpg"}])
          reviewstudio import posts.zip --queue abuse
          reviewstudio import old.jsonl --queue abuse --label label --labels verdict --reviewer "Team 2024" --language en
        """;

    private readonly Argument<FileInfo> _file = new("FILE") { Description = "The file to import." };
    private readonly Option<string> _queue = new("--queue") { Description = "The key of the queue that its cases join.", Required = true };
    private readonly Option<string?> _source = new("--source") { Description = "The name that items are known by together with their id (default: the file's name)." };
    private readonly Option<string?> _language = new("--language") { Description = "The language of rows that name none, such as en (default: detected)." };
    private readonly Option<LabelUse> _labels = new("--labels") { Description = "What becomes of labels: ignore, gold, verdict or frozen (the evaluation set of the gates).", DefaultValueFactory = _ => LabelUse.Ignore };
    private readonly Option<string[]> _labelMap = new("--label-map") { Description = "A value in the file and the label it means, as value=label. May be repeated.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _reviewer = new("--reviewer") { Description = "Whose verdicts the labels are, where a row names nobody." };
    private readonly Option<DirectoryInfo?> _files = new("--files") { Description = "The folder that media files named in the rows lie in. Their paths begin beside FILE and may not leave this folder." };
    private readonly Option<string?> _text = Column("--text", "the text");
    private readonly Option<string?> _id = Column("--id", "the id at the source");
    private readonly Option<string?> _label = Column("--label", "the label");
    private readonly Option<string?> _languageColumn = Column("--language-column", "the language");
    private readonly Option<string?> _author = Column("--author", "the author");
    private readonly Option<string?> _thread = Column("--thread", "the conversation");
    private readonly Option<string?> _replyTo = Column("--reply-to", "the id of what it answers");
    private readonly Option<string?> _published = Column("--published", "the time of publication");
    private readonly Option<string?> _reviewerColumn = Column("--reviewer-column", "who gave the label");
    private readonly Option<string?> _role = Column("--role", "what becomes of the row's label: gold, verdict, frozen, train, test or ignore");
    private readonly Option<string[]> _scores = new("--score") { Description = "A label and the column with an external classifier's probability of it, as label=column. May be repeated.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _classifier = new("--classifier") { Description = "The external classifier's name." };

    public Command Build(GlobalOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var command = new Command("import", Help)
        {
            _file, _queue, _files, _text, _id, _label, _labelMap, _labels, _reviewer, _language, _source,
            _languageColumn, _author, _thread, _replyTo, _published, _reviewerColumn, _role, _scores, _classifier,
        };
        command.SetAction((parsed, cancellation) => CommandLine.GuardAsync(() => RunAsync(parsed, options, cancellation)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, GlobalOptions options, CancellationToken cancellation)
    {
        var file = parsed.GetRequiredValue(_file);
        if (!file.Exists)
        {
            throw new RefusedException("import.missing", $"There is no file {file.FullName}. Check the path.");
        }

        using var host = StudioHost.BuildQuiet(options.HostArguments(parsed));
        await StudioHost.PrepareAsync(host.Services, cancellation);
        string relative;
        await using (var content = file.OpenRead())
        {
            relative = await host.Services.GetRequiredService<ReceiveImportFile>().RunAsync(content, file.Name, received: null, Actor.System, cancellation);
        }

        long id;
        try
        {
            var unpacked = await host.Services.GetRequiredService<UnpackImport>().RunAsync(relative, Actor.System, cancellation);
            relative = unpacked.File;
            if (parsed.GetValue(_files) is { } files)
            {
                unpacked = unpacked with { MediaFolder = file.DirectoryName!, MediaRoot = files.FullName };
            }

            var guess = (await host.Services.GetRequiredService<PreviewImport>().RunAsync(relative, Actor.System, cancellation)).Guess;
            id = await host.Services.GetRequiredService<StartImport>().RunAsync(Arguments(parsed, file, relative, guess) with { MediaFolder = unpacked.MediaFolder, MediaRoot = unpacked.MediaRoot }, Actor.System, cancellation);
        }
        catch
        {
            ImportFiles.Discard(host.Services.GetRequiredService<StudioFolders>(), relative);
            throw;
        }

        var job = await JobOnConsole.RunAsync(host.Services, id, cancellation);
        await PreparedMedia.RunAsync(host.Services, cancellation);
        return await TellAsync(host.Services, job, parsed.GetValue(options.Json), cancellation);
    }

    private ImportArguments Arguments(ParseResult parsed, FileInfo file, string relative, ColumnMapping guess) => new()
    {
        File = relative,
        FileName = file.Extension.Equals(".zip", StringComparison.OrdinalIgnoreCase) ? Path.GetFileName(relative) : file.Name,
        Queue = parsed.GetRequiredValue(_queue),
        Source = parsed.GetValue(_source) ?? "",
        Language = parsed.GetValue(_language) ?? "",
        LabelUse = parsed.GetValue(_labels),
        LabelMap = Pairs(parsed.GetValue(_labelMap), "--label-map"),
        PastReviewer = parsed.GetValue(_reviewer) ?? "",
        Classifier = parsed.GetValue(_classifier) ?? "",
        Columns = new ColumnMapping
        {
            Text = parsed.GetValue(_text) ?? guess.Text,
            Parts = guess.Parts,
            Id = parsed.GetValue(_id) ?? guess.Id,
            Label = parsed.GetValue(_label) ?? guess.Label,
            Language = parsed.GetValue(_languageColumn) ?? (parsed.GetValue(_language) is null ? guess.Language : null),
            Author = parsed.GetValue(_author) ?? guess.Author,
            Thread = parsed.GetValue(_thread) ?? guess.Thread,
            ReplyTo = parsed.GetValue(_replyTo) ?? guess.ReplyTo,
            PublishedAt = parsed.GetValue(_published) ?? guess.PublishedAt,
            Reviewer = parsed.GetValue(_reviewerColumn),
            Role = parsed.GetValue(_role),
            Scores = Pairs(parsed.GetValue(_scores), "--score"),
        },
    };

    private static async Task<int> TellAsync(IServiceProvider services, BackgroundJob job, bool json, CancellationToken cancellation)
    {
        if (job.State != JobState.Succeeded)
        {
            throw new RefusedException("import.failed", job.Error ?? "The import was cancelled. Run the command again to complete it.");
        }

        var result = JsonSerializer.Deserialize<ImportResult>(job.ResultJson!)!;
        var entry = (await services.GetRequiredService<ListImports>().RunAsync(50, Actor.System, cancellation)).Find(e => e.Job.Id == job.Id);
        var rejects = entry is { HasRejects: true }
            ? ImportFiles.RejectPath(services.GetRequiredService<StudioFolders>(), entry.Arguments.File)
            : null;
        if (json)
        {
            CommandLine.PrintJson(new { result.Added, result.Existing, result.Rejected, result.Seconds, RejectFile = rejects });
        }
        else
        {
            await Console.Out.WriteLineAsync(FormattableString.Invariant(
                $"{result.Added:N0} added, {result.Existing:N0} there already, {result.Rejected:N0} rejected in {result.Seconds:0.0} s."));
            if (rejects is not null)
            {
                await Console.Out.WriteLineAsync($"Rejected rows with their reasons: {rejects}");
            }
        }

        return 0;
    }

    private static Option<string?> Column(string name, string what) => new(name) { Description = $"The column with {what}." };

    private static Dictionary<string, string> Pairs(string[]? given, string option)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in given ?? [])
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0 || at == pair.Length - 1)
            {
                throw new RefusedException("usage", $"{option} '{pair}' is not of the form a=b.");
            }

            pairs[pair[..at]] = pair[(at + 1)..];
        }

        return pairs;
    }
}
