using FluentValidation;

namespace ReviewStudio.Core.Policies;

/// <summary>What becomes of one label of the version in force.</summary>
public sealed record MappingChoice(string From, LabelMappingKind Kind, string? To = null);

/// <summary>A map together with the labels that it is between.</summary>
/// <param name="OldKeys">Labels of the version in force; empty at the first publication.</param>
/// <param name="NewKeys">Labels of the draft.</param>
/// <param name="Map">One choice an old label.</param>
public sealed record PublicationMap(IReadOnlyList<string> OldKeys, IReadOnlyList<string> NewKeys, IReadOnlyList<MappingChoice> Map);

/// <summary>A map must say of every old label what becomes of it, and nothing that cannot be.</summary>
public sealed class PublicationValidator : AbstractValidator<PublicationMap>
{
    public PublicationValidator() =>
        RuleFor(p => p.Map).Custom((map, context) =>
        {
            var publication = context.InstanceToValidate;
            foreach (var key in publication.OldKeys.Where(key => !map.Any(m => Same(m.From, key))))
            {
                context.AddFailure("Map", Undecided(key));
            }

            for (var i = 0; i < map.Count; i++)
            {
                if (Problem(publication, map, i) is { } problem)
                {
                    context.AddFailure(PolicyContentValidator.Invariant($"Map[{i}]"), problem);
                }
            }
        });

    /// <summary>The message for a label that nothing was said about.</summary>
    public static string Undecided(string key) =>
        $"Say what becomes of '{key}': the same label, merged into another, or judged again.";

    /// <summary>The choices that need no thought: a label whose key is still there stays the same.</summary>
    public static IReadOnlyList<MappingChoice> Suggest(IEnumerable<string> oldKeys, IReadOnlyCollection<string> newKeys) =>
        [.. oldKeys.Where(newKeys.Contains).Select(key => new MappingChoice(key, LabelMappingKind.Same, key))];

    private static string? Problem(PublicationMap publication, IReadOnlyList<MappingChoice> map, int i)
    {
        var choice = map[i];
        if (!publication.OldKeys.Contains(choice.From))
        {
            return $"'{choice.From}' is not a label of the version in force. Leave it out.";
        }

        if (map.Take(i).Any(m => Same(m.From, choice.From)))
        {
            return $"'{choice.From}' is mapped twice. Keep one of the two.";
        }

        if (!Enum.IsDefined(choice.Kind))
        {
            return Undecided(choice.From);
        }

        if (choice.Kind == LabelMappingKind.ReReview)
        {
            return choice.To is null ? null : $"'{choice.From}' is judged again, so it goes into no other label. Leave the target empty.";
        }

        if (choice.To is null || !publication.NewKeys.Contains(choice.To))
        {
            return $"'{choice.From}' needs a label of the new version to go into, but '{choice.To}' is not one.";
        }

        var twin = choice.Kind == LabelMappingKind.Same
            ? map.Take(i).FirstOrDefault(m => m.Kind == LabelMappingKind.Same && Same(m.To, choice.To)) : null;
        return twin is null ? null : $"'{twin.From}' and '{choice.From}' cannot both be the same as '{choice.To}'. Mark one of them as merged.";
    }

    private static bool Same(string? a, string? b) => string.Equals(a, b, StringComparison.Ordinal);
}
