using Microsoft.AspNetCore.Components;
using ReviewStudio.Core.Scanning.Rules;

namespace ReviewStudio.Components.Pages.Scanning;

public sealed partial class RulesPage
{
    private List<RuleView>? _rules;
    private RuleTrial? _trial;
    private bool _adding;
    private string _name = "";
    private string _pattern = "";
    private string _why = "";
    private RuleKind _kind;
    private int _days = 90;

    [Inject]
    private ListRules List { get; set; } = null!;

    [Inject]
    private AddRule Add { get; set; } = null!;

    [Inject]
    private EndRule End { get; set; } = null!;

    [Inject]
    private TryRule Trial { get; set; } = null!;

    protected override async Task ListAsync(CancellationToken cancellation) => _rules = await List.RunAsync(Actor, cancellation);

    private Task TrialAsync() => TryAsync(async stop => _trial = await Trial.RunAsync(PolicyKey, _kind, _pattern, Actor, stop));

    private async Task AddAsync()
    {
        if (await ActAsync(stop => Add.RunAsync(new NewRule(PolicyKey, _name, _kind, _pattern, LabelKey, Outcome, _why, _days), Actor, stop)))
        {
            Done = Policies.First(p => p.Form.Policy == PolicyKey).Form.Enabled
                ? "The rule is in force."
                : "The rule is kept. It stops nothing until the policy is scanned by: switch that on under Policies.";
            (_adding, _name, _pattern, _why, _trial) = (false, "", "", "", null);
        }
    }

    private async Task EndAsync(RuleView rule)
    {
        if (await ActAsync(stop => End.RunAsync(rule.Id, Actor, stop)))
        {
            Done = $"“{rule.Name}” has ended.";
        }
    }
}
