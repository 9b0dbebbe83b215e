using ReviewStudio.Cli;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Training.Backtest;

namespace ReviewStudio.Components.Pages.Backtest;

/// <summary>What the backtest page holds and does, without its looks: a file, the form, and the backtests so far.</summary>
public sealed class BacktestState(
    ReceiveImportFile receive, PreviewImport preview, StartBacktest start, ListBacktests list, SteerBacktest steer, StudioFolders folders)
{
    private const int Listed = 20;

    /// <summary>Something that was refused, in words; null when all is well.</summary>
    public string? Problem { get; set; }

    /// <summary>The name of a file on its way in; null when none is.</summary>
    public string? Receiving { get; private set; }

    /// <summary>The chosen file; null while there is none.</summary>
    public ImportPreview? Preview { get; private set; }

    public string File { get; private set; } = "";

    public string FileName { get; private set; } = "";

    /// <summary>What the form holds, except for the seeds.</summary>
    public BacktestRequest Form { get; set; } = new();

    /// <summary>The seeds as written.</summary>
    public string Seeds { get; set; } = "0-4";

    public IReadOnlyList<BacktestEntry>? Entries { get; private set; }

    /// <summary>The backtest that is shown.</summary>
    public BacktestEntry? Open { get; private set; }

    public bool Busy => Entries?.Any(e => !e.Job.Ended) == true;

    /// <summary>Files of earlier backtests that can be played again, the latest first.</summary>
    public IEnumerable<BacktestEntry> Files => (Entries ?? []).Where(e => e.HasFile).DistinctBy(e => e.Arguments.File);

    /// <param name="id">The backtest to show; null for the latest.</param>
    public async Task LoadAsync(Guid? id, Actor actor, CancellationToken cancellation)
    {
        Entries = await list.RunAsync(Listed, actor, cancellation);
        Open = id is null ? Entries.FirstOrDefault() : Entries.FirstOrDefault(e => e.Job.PublicId == id);
    }

    /// <summary>Takes a file in and looks at its beginning.</summary>
    public async Task ReceiveAsync(Stream content, string name, Action changed, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(changed);
        Forget();
        Receiving = name;
        changed();
        string? file = null;
        try
        {
            file = await receive.RunAsync(content, name, received: null, actor, cancellation);
            await ShowAsync(file, name, actor, cancellation);
        }
        catch (Exception e) when (e is RefusedException or IOException)
        {
            Problem = e is RefusedException ? e.Message : $"{name} did not arrive in full ({e.Message}). Choose it again, or use the command line: reviewstudio backtest.";
            if (file is not null)
            {
                ImportFiles.Discard(folders, file);
            }
        }
        finally
        {
            Receiving = null;
        }
    }

    /// <summary>Takes the file and the settings of an earlier backtest.</summary>
    public async Task AgainAsync(BacktestEntry entry, Actor actor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(entry);
        Forget();
        try
        {
            await ShowAsync(entry.Arguments.File, entry.Arguments.FileName, actor, cancellation);
            Form = entry.Arguments.Request;
            Seeds = string.Join(',', Form.Seeds);
        }
        catch (RefusedException e)
        {
            Problem = e.Message;
        }
    }

    public void Choose(string strategy, bool chosen) => Form = Form with
    {
        Strategies = chosen ? [.. Form.Strategies.Where(s => s != strategy), strategy] : [.. Form.Strategies.Where(s => s != strategy)],
    };

    /// <summary>Starts the backtest; a refusal stays on the page with the form as it is.</summary>
    /// <returns>Whether it was started.</returns>
    public async Task<bool> StartAsync(Actor actor, CancellationToken cancellation)
    {
        Problem = null;
        try
        {
            var id = await start.RunAsync(new BacktestArguments(File, FileName, Form with { Seeds = SeedList.Parse(Seeds) }), actor, cancellation);
            Forget(keepFile: true);
            await LoadAsync(null, actor, cancellation);
            Open = Entries!.FirstOrDefault(e => e.Job.Id == id);
            return true;
        }
        catch (RefusedException e)
        {
            Problem = e.Message;
            return false;
        }
    }

    public async Task SteerAsync(long jobId, BacktestCommand command, Actor actor, CancellationToken cancellation)
    {
        await steer.RunAsync(jobId, command, actor, cancellation);
        await LoadAsync(Open?.Job.PublicId, actor, cancellation);
    }

    /// <summary>Puts the chosen file away; an uploaded one that no backtest uses is deleted.</summary>
    public void Forget(bool keepFile = false)
    {
        if (!keepFile && File.Length > 0 && Entries?.Any(e => e.Arguments.File == File) != true)
        {
            ImportFiles.Discard(folders, File);
        }

        (File, FileName, Preview, Problem) = ("", "", null, null);
    }

    private async Task ShowAsync(string file, string name, Actor actor, CancellationToken cancellation)
    {
        Preview = await preview.RunAsync(file, actor, cancellation);
        (File, FileName) = (file, name);
        Form = Form with { Text = Preview.Guess.Text, Label = Preview.Guess.Label ?? "" };
    }
}
