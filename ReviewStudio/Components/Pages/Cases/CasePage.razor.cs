using Microsoft.AspNetCore.Components;
using ReviewStudio.Components.Pages.Review;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Labels.TakingOver;

namespace ReviewStudio.Components.Pages.Cases;

/// <summary>One case: what it is, what was said, and how it came by its label.</summary>
public sealed partial class CasePage
{
    private CaseHistory? _case;
    private IReadOnlyList<SimilarCase>? _similar;
    private bool _bare;
    private string _reason = "";

    [Parameter]
    public Guid Case { get; set; }

    [Inject]
    private ReadCase Read { get; set; } = null!;

    [Inject]
    private FindSimilar Similar { get; set; } = null!;

    private bool MaySearch => (Actor.Is(Roles.PolicyLead) || Actor.Is(Roles.Admin)) && _case?.Media.Count > 0;

    [Inject]
    private JudgeAnyway Judge { get; set; } = null!;

    protected override async Task OnParametersSetAsync()
    {
        await KnowActorAsync();
        (_case, _bare, _similar) = (null, false, null);
        await TryAsync(async stop => _case = await Read.RunAsync(Case, Actor, stop));
    }

    private Task SearchAsync() => TryAsync(async stop => _similar = await Similar.RunAsync(Case, Actor, stop));

    private async Task JudgeAsync()
    {
        if (await TryAsync(stop => Judge.RunAsync(Case, _reason, Actor, stop)))
        {
            (_case, _reason) = (null, "");
            await TryAsync(async stop => _case = await Read.RunAsync(Case, Actor, stop));
            Done = "Reviewers are asked. The label that was taken over is gone.";
        }
    }

    private string Name(string key) => _case?.Policy.Labels.Find(l => l.Key == key)?.Name ?? key;

    private string Colour(string key) => _case?.Policy.Labels.Find(l => l.Key == key)?.Colour ?? SheetWords.Unknown;
}
