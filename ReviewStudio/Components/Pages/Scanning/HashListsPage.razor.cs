using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Scanning.Hashes;

namespace ReviewStudio.Components.Pages.Scanning;

public sealed partial class HashListsPage
{
    // 65 bytes a line and what a table adds.
    private const long LargestFile = 4L << 20;

    private List<HashListView>? _lists;
    private bool _adding;
    private string? _open;
    private int _sent;
    private List<HashChangeView> _changes = [];
    private IReadOnlyList<ListedFile>? _found;
    private string _foundName = "";
    private string _key = "";
    private string _name = "";
    private string _source = "";
    private int _days = 365;

    [Inject]
    private ListHashLists List { get; set; } = null!;

    [Inject]
    private AddHashList Add { get; set; } = null!;

    [Inject]
    private EndHashList End { get; set; } = null!;

    [Inject]
    private ChangeHashes Change { get; set; } = null!;

    [Inject]
    private ListFile File { get; set; } = null!;

    [Inject]
    private FindListed Find { get; set; } = null!;

    [Inject]
    private ListHashChanges Changes { get; set; } = null!;

    protected override async Task ListAsync(CancellationToken cancellation)
    {
        _lists = await List.RunAsync(Actor, cancellation);
        _changes = _open is null ? [] : await Changes.RunAsync(_open, Actor, cancellation);
    }

    private Task OpenAsync(HashListView list)
    {
        _open = _open == list.Key ? null : list.Key;
        return TryAsync(ListAsync);
    }

    private async Task AddAsync()
    {
        if (await ActAsync(stop => Add.RunAsync(new NewHashList(_key.Trim(), _name, PolicyKey, LabelKey, Outcome, _source, _days), Actor, stop)))
        {
            Done = "The list is there. Put hashes on it.";
            (_adding, _open, _key, _name, _source) = (false, _key.Trim(), "", "", "");
        }
    }

    private async Task ChangeAsync(HashChange change)
    {
        ChangedHashes? changed = null;
        if (await ActAsync(async stop => changed = await Change.RunAsync(change, Actor, stop)))
        {
            Done = change.Remove
                ? $"{changed!.Changed:N0} taken off; {changed.Unchanged:N0} were not on the list."
                : $"{changed!.Changed:N0} put on the list; {changed.Unchanged:N0} were on it already.";
            _sent++;
        }
    }

    private async Task ListAsync(HashListView list, IBrowserFile file, bool alike, int distance)
    {
        ChangedHashes? changed = null;
        if (await ActAsync(async stop =>
        {
            await using var content = file.OpenReadStream(TakeMedia.LongestImage, stop);
            changed = await File.RunAsync(new FileToList(list.Key, content, file.Name, alike, distance), Actor, stop);
        }))
        {
            Done = changed!.Changed == 0 ? $"“{file.Name}” was on the list already." : $"“{file.Name}” is on the list{(changed.Changed > 1 ? ", with what looks like it" : "")}.";
            _sent++;
        }
    }

    private Task FindAsync(InputFileChangeEventArgs change) => TryAsync(async stop =>
    {
        (_found, _foundName) = (null, change.File.Name);
        await using var content = change.File.OpenReadStream(TakeMedia.LongestImage, stop);
        _found = await Find.RunAsync(content, Actor, stop);
    });

    private async Task EndAsync(HashListView list)
    {
        if (await ActAsync(stop => End.RunAsync(list.Key, Actor, stop)))
        {
            Done = $"“{list.Name}” has ended, and its entries are deleted.";
        }
    }

    private async Task<string?> ReadFileAsync(IBrowserFile file)
    {
        string? text = null;
        await TryAsync(async stop =>
        {
            if (file.Size > LargestFile)
            {
                throw new RefusedException("hash.file", $"{file.Name} is larger than {LargestFile >> 20} MB. Send it in parts, or use the API.");
            }

            using var reader = new StreamReader(file.OpenReadStream(LargestFile, stop));
            text = await reader.ReadToEndAsync(stop);
        });
        return text;
    }
}
