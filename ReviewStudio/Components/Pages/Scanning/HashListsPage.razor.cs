using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Scanning.Hashes;

namespace ReviewStudio.Components.Pages.Scanning;

public sealed partial class HashListsPage
{
    // 65 bytes a line.
    private const long LargestFile = 4L << 20;

    private List<HashListView>? _lists;
    private bool _adding;
    private string? _open;
    private string? _hashes;
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

    protected override async Task ListAsync(CancellationToken cancellation) => _lists = await List.RunAsync(Actor, cancellation);

    private async Task AddAsync()
    {
        if (await ActAsync(stop => Add.RunAsync(new NewHashList(_key.Trim(), _name, PolicyKey, LabelKey, Outcome, _source, _days), Actor, stop)))
        {
            Done = "The list is there. Put hashes on it.";
            (_adding, _open, _key, _name, _source) = (false, _key.Trim(), "", "", "");
        }
    }

    private async Task ChangeAsync(HashListView list, bool remove)
    {
        ChangedHashes? changed = null;
        if (await ActAsync(async stop => changed = await Change.RunAsync(list.Key, (_hashes ?? "").Split('\n', ',', ';'), remove, Actor, stop)))
        {
            Done = remove
                ? $"{changed!.Changed:N0} taken off; {changed.Unchanged:N0} were not on the list."
                : $"{changed!.Changed:N0} put on the list; {changed.Unchanged:N0} were on it already.";
            _hashes = null;
        }
    }

    private async Task EndAsync(HashListView list)
    {
        if (await ActAsync(stop => End.RunAsync(list.Key, Actor, stop)))
        {
            Done = $"“{list.Name}” has ended, and its entries are deleted.";
        }
    }

    private Task ReadFileAsync(InputFileChangeEventArgs change) => TryAsync(async stop =>
    {
        if (change.File.Size > LargestFile)
        {
            throw new RefusedException("hash.file", $"{change.File.Name} is larger than {LargestFile >> 20} MB. Send it in parts, or use the API.");
        }

        using var reader = new StreamReader(change.File.OpenReadStream(LargestFile, stop));
        _hashes = await reader.ReadToEndAsync(stop);
    });
}
