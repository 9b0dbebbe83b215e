using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Scanning;
using ReviewStudio.Core.Scanning.Hashes;
using ReviewStudio.Core.Scanning.Settings;

namespace ReviewStudio.Components.Pages.Scanning;

public sealed partial class HashListsPage
{
    // 65 bytes a line.
    private const long LargestFile = 4L << 20;

    private IReadOnlyList<PolicyScanning> _policies = [];
    private List<HashListView>? _lists;
    private bool _adding;
    private string? _open;
    private string? _hashes;
    private string _key = "";
    private string _name = "";
    private string _policy = "";
    private string _label = "";
    private string _source = "";
    private ScanOutcome _outcome = ScanOutcome.Block;
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
    private ReadScanning Read { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    private DateTime Now => Clock.GetUtcNow().UtcDateTime;

    private bool MayChange => Actor.Is(Roles.PolicyLead) || Actor.Is(Roles.Admin);

    private IEnumerable<PolicyLabel> Labels => _policies.FirstOrDefault(p => p.Form.Policy == _policy)?.Version.Labels.Where(l => !l.Benign) ?? [];

    protected override async Task OnInitializedAsync()
    {
        await KnowActorAsync();
        await TryAsync(async stop =>
        {
            _policies = await Read.RunAsync(Actor, stop);
            _policy = _policies.FirstOrDefault()?.Form.Policy ?? "";
            _label = FirstLabel();
            _lists = await List.RunAsync(Actor, stop);
        });
    }

    private string FirstLabel() => Labels.FirstOrDefault()?.Key ?? "";

    private async Task AddAsync()
    {
        if (await ActAsync(stop => Add.RunAsync(new NewHashList(_key.Trim(), _name, _policy, _label, _outcome, _source, _days), Actor, stop)))
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

    private Task<bool> ActAsync(Func<CancellationToken, Task> work) => TryAsync(async stop =>
    {
        await work(stop);
        _lists = await List.RunAsync(Actor, stop);
    });
}
