using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Import;

namespace ReviewStudio.Components.Pages.Import;

/// <summary>The import page's state: a file on its way in, its mapping, and the imports so far.</summary>
public sealed class ImportState(
    ReceiveImportFile receive,
    UnpackImport unpack,
    PreviewImport preview,
    CountColumnValues countValues,
    ListImportChoices listChoices,
    StartImport start,
    ListImports list,
    SteerImport steer,
    Core.Storage.StudioFolders folders)
{
    private const int Listed = 30;

    private string _file = "";

    /// <summary>Something that a use case refused, in its words; null when all is well.</summary>
    public string? Problem { get; set; }

    /// <summary>The upload under way; null when none is.</summary>
    public ImportUpload? Upload { get; private set; }

    /// <summary>The uploaded file's beginning; null while there is none.</summary>
    public ImportPreview? Preview { get; private set; }

    /// <summary>What the form holds; as the import will get it.</summary>
    public ImportArguments Form { get; private set; } = new();

    /// <summary>Values of the label column with the label that each means; empty means its rows are rejected.</summary>
    public IReadOnlyList<LabelLine> Labels { get; private set; } = [];

    public IReadOnlyList<ImportChoice> Choices { get; private set; } = [];

    public IReadOnlyList<ImportEntry>? Imports { get; private set; }

    public ImportChoice? Choice => Choices.FirstOrDefault(c => string.Equals(c.Target.Key, Form.Queue, StringComparison.Ordinal));

    /// <summary>Whether an import is waiting or running.</summary>
    public bool Busy => Imports?.Any(i => !i.Job.Ended) == true;

    public async Task LoadAsync(Actor actor, CancellationToken cancellation)
    {
        Choices = await listChoices.RunAsync(actor, cancellation);
        await RefreshAsync(actor, cancellation);
    }

    public async Task RefreshAsync(Actor actor, CancellationToken cancellation) => Imports = await list.RunAsync(Listed, actor, cancellation);

    /// <summary>Takes a file in and looks at its beginning.</summary>
    /// <param name="changed">Called as it goes on, for the page to draw.</param>
    public async Task ReceiveAsync(Stream content, string name, long length, Action changed, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(changed);
        Forget();
        Upload = new ImportUpload(name, 0, length);
        changed();
        try
        {
            _file = await receive.RunAsync(content, name, bytes => Progress(bytes, changed), actor, cancellation);
            var unpacked = await unpack.RunAsync(_file, actor, cancellation);
            _file = unpacked.File;
            Preview = await preview.RunAsync(_file, actor, cancellation);
            Form = new ImportArguments
            {
                File = _file,
                FileName = unpacked.MediaRoot.Length == 0 ? name : Path.GetFileName(_file),
                MediaFolder = unpacked.MediaFolder,
                MediaRoot = unpacked.MediaRoot,
                Source = Path.GetFileNameWithoutExtension(name),
                Queue = Choices.Count > 0 ? Choices[0].Target.Key : "",
                Columns = Preview.Guess with { Role = null, Reviewer = null },
            };
            GuessScores();
            await ReadLabelsAsync(actor, cancellation);
        }
        catch (RefusedException e)
        {
            Forget();
            Problem = e.Message;
        }
        catch (IOException e)
        {
            Problem = $"{name} did not arrive in full ({e.Message}). Choose it again; files of many gigabytes go in faster by the command line: reviewstudio import.";
        }
        finally
        {
            Upload = null;
        }
    }

    /// <summary>Changes the form.</summary>
    public async Task EditAsync(Func<ImportArguments, ImportArguments> change, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(change);
        var before = Form;
        Form = change(Form);
        Problem = null;
        if (!string.Equals(before.Queue, Form.Queue, StringComparison.Ordinal))
        {
            GuessScores();
        }

        if (!string.Equals(before.Queue, Form.Queue, StringComparison.Ordinal) || !string.Equals(before.Columns.Label, Form.Columns.Label, StringComparison.Ordinal))
        {
            await ReadLabelsAsync(actor, cancellation);
        }
    }

    /// <summary>Says what a value of the label column means.</summary>
    public void MapLabel(string value, string key) =>
        Labels = [.. Labels.Select(l => string.Equals(l.Value, value, StringComparison.Ordinal) ? l with { Key = key } : l)];

    /// <summary>Starts the import; a refusal stays on the page with the form as it is.</summary>
    public async Task StartAsync(Actor actor, CancellationToken cancellation)
    {
        try
        {
            var map = Labels.Where(l => l.Key.Length > 0).ToDictionary(l => l.Value, l => l.Key, StringComparer.Ordinal);
            await start.RunAsync(Form with { LabelMap = map }, actor, cancellation);
            _file = "";
            Forget();
        }
        catch (RefusedException e)
        {
            Problem = e.Message;
        }

        await RefreshAsync(actor, cancellation);
    }

    public async Task SteerAsync(long jobId, ImportCommand command, Actor actor, CancellationToken cancellation)
    {
        await steer.RunAsync(jobId, command, actor, cancellation);
        await RefreshAsync(actor, cancellation);
    }

    /// <summary>Throws away the uploaded file that was not imported.</summary>
    public void Forget()
    {
        if (_file.Length > 0)
        {
            ImportFiles.Discard(folders, _file);
            _file = "";
        }

        Preview = null;
        Problem = null;
        Labels = [];
        Form = new ImportArguments();
    }

    private void Progress(long bytes, Action changed)
    {
        // A redraw for each hundredth: the upload must not wait for the page.
        if (Upload is { } upload && (bytes - upload.Received) * 100 >= upload.Length)
        {
            Upload = upload with { Received = bytes };
            changed();
        }
    }

    private void GuessScores() =>
        Form = Form with { Columns = Form.Columns with { Scores = Choice is null ? Form.Columns.Scores : ColumnGuess.Scores(Preview!.Columns, [.. Choice.Labels.Select(l => l.Key)]) } };

    private async Task ReadLabelsAsync(Actor actor, CancellationToken cancellation)
    {
        Labels = [];
        if (Form.Columns.Label is not { Length: > 0 } column)
        {
            return;
        }

        var values = await countValues.RunAsync(_file, column, actor, cancellation);
        Labels = values.ConvertAll(v => new LabelLine(v.Value, v.Count, Meant(v.Value)));
    }

    private string Meant(string value) =>
        Choice?.Labels.FirstOrDefault(l => string.Equals(l.Key, value, StringComparison.OrdinalIgnoreCase) || string.Equals(l.Name, value, StringComparison.OrdinalIgnoreCase))?.Key ?? "";
}

/// <summary>A file on its way in.</summary>
public sealed record ImportUpload(string Name, long Received, long Length);

/// <summary>A value of the label column, how often it was seen, and the label that it means.</summary>
public sealed record LabelLine(string Value, int Count, string Key);
