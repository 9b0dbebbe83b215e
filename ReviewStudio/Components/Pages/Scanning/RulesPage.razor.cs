using Microsoft.AspNetCore.Components;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Scanning;
using ReviewStudio.Core.Scanning.Rules;
using ReviewStudio.Core.Scanning.Settings;

namespace ReviewStudio.Components.Pages.Scanning;

public sealed partial class RulesPage
{
    private IReadOnlyList<PolicyScanning> _policies = [];
    private List<RuleView>? _rules;
    private RuleTrial? _trial;
    private bool _adding;
    private string _policy = "";
    private string _label = "";
    private string _name = "";
    private string _pattern = "";
    private string _why = "";
    private RuleKind _kind;
    private ScanOutcome _outcome = ScanOutcome.Block;
    private int _days = 90;

    [Inject]
    private ListRules List { get; set; } = null!;

    [Inject]
    private AddRule Add { get; set; } = null!;

    [Inject]
    private EndRule End { get; set; } = null!;

    [Inject]
    private TryRule Trial { get; set; } = null!;

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
            _rules = await List.RunAsync(Actor, stop);
        });
    }

    private string FirstLabel() => Labels.FirstOrDefault()?.Key ?? "";

    private Task TrialAsync() => TryAsync(async stop => _trial = await Trial.RunAsync(_policy, _kind, _pattern, Actor, stop));

    private async Task AddAsync()
    {
        if (await TryAsync(async stop =>
            {
                await Add.RunAsync(new NewRule(_policy, _name, _kind, _pattern, _label, _outcome, _why, _days), Actor, stop);
                _rules = await List.RunAsync(Actor, stop);
            }))
        {
            Done = _policies.First(p => p.Form.Policy == _policy).Form.Enabled
                ? "The rule is in force."
                : "The rule is kept. It stops nothing until the policy is scanned by: switch that on under Policies.";
            (_adding, _name, _pattern, _why, _trial) = (false, "", "", "", null);
        }
    }

    private async Task EndAsync(RuleView rule)
    {
        if (await TryAsync(async stop =>
            {
                await End.RunAsync(rule.Id, Actor, stop);
                _rules = await List.RunAsync(Actor, stop);
            }))
        {
            Done = $"“{rule.Name}” has ended.";
        }
    }
}
