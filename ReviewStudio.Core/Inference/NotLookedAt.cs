using ReviewStudio.Core.Content;
using ReviewStudio.Core.Inference.Media;
using Modality = ReviewStudio.Core.Content.Modality;

namespace ReviewStudio.Core.Inference;

/// <summary>What of a part was not looked at.</summary>
/// <param name="Part">The part's number in its item, from 0; null where all of the item is meant.</param>
/// <param name="Name">What the part is called, such as <c>picture 2</c>; empty for the item.</param>
/// <param name="Sentence">For people.</param>
public sealed record Unseen(int? Part, string Name, string Sentence);

/// <summary>Says in words what a head's score of an item leaves out: nobody should take silence for a look.</summary>
public static class NotLookedAt
{
    /// <param name="parts">In their order.</param>
    /// <param name="language">The item's.</param>
    /// <param name="seen">What the encoders saw in its media, by hash.</param>
    /// <param name="readsParts">As of the head that scored it; null where none did.</param>
    /// <param name="semantic">Whether there is a sentence encoder here at all.</param>
    public static IReadOnlyList<Unseen> Of(
        IReadOnlyList<ItemPart> parts, string language, IReadOnlyDictionary<string, EncodedMedia> seen, bool? readsParts, bool semantic)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(seen);
        var unseen = new List<Unseen>();
        var text = string.Join(' ', parts.Select(p => p.Text).OfType<string>());
        if (text.Length > 0 && (!semantic || !TextVectorizer.IsCovered(new TextInput(text, language))))
        {
            unseen.Add(new Unseen(null, "", $"There is no semantic model for {(language == "und" ? "this language" : $"the language '{language}'")}: its words were looked at, not its meaning."));
        }

        if (readsParts == false && parts.Any(p => p.Modality != Modality.Text))
        {
            unseen.Add(new Unseen(null, "", "The model in service reads text alone, also in pictures: what pictures show and sounds say plays no part."));
        }

        foreach (var part in parts.Where(p => p.BlobHash is not null))
        {
            var name = PartNames.Of(parts, part.Ordinal);
            unseen.AddRange(seen.TryGetValue(part.BlobHash!, out var media)
                ? media.NotLookedAt.Select(sentence => new Unseen(part.Ordinal, name, sentence))
                : [new Unseen(part.Ordinal, name, "The encoders have not come to it yet.")]);
        }

        return unseen;
    }
}

/// <summary>What the parts of an item are called.</summary>
public static class PartNames
{
    /// <summary><c>picture</c>, or <c>picture 2</c> where there are several; likewise <c>text</c>, <c>sound</c> and <c>video</c>.</summary>
    public static string Of(IReadOnlyList<ItemPart> parts, int ordinal)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var modality = parts.First(p => p.Ordinal == ordinal).Modality;
        var alike = parts.Where(p => p.Modality == modality).Select(p => p.Ordinal).Order().ToList();
        return alike.Count == 1 ? Name(modality) : $"{Name(modality)} {alike.IndexOf(ordinal) + 1}";
    }

    /// <summary>All of one modality, in the plural. Text that was read in a picture is text.</summary>
    public static string Of(Fusion.Modality modality) => modality switch
    {
        Fusion.Modality.Text => "texts",
        Fusion.Modality.Image => "pictures",
        _ => "sounds",
    };

    private static string Name(Modality modality) => modality switch
    {
        Modality.Text => "text",
        Modality.Image => "picture",
        Modality.Audio => "sound",
        _ => "video",
    };
}
