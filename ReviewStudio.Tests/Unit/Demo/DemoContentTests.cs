using System.Globalization;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Demo;

/// <summary>The shipped demo files, read from where the program reads them.</summary>
public sealed class DemoContentTests
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true };
    private static readonly string[] Roles = ["history", "frozen", "gold", "queue"];

    private readonly PolicyRow[] _policies = JsonSerializer.Deserialize<PolicyRow[]>(File.ReadAllText(PathOf("policies.json")), Json)!;
    private readonly List<ItemRow> _items =
        [.. File.ReadLines(PathOf("items.jsonl")).Select(line => JsonSerializer.Deserialize<ItemRow>(line, Json)!)];

    [Fact]
    public void Items_are_plenty_and_in_several_languages_and_areas()
    {
        _items.Count.ShouldBeGreaterThanOrEqualTo(300);
        _items.Select(i => i.Language).Distinct().Count().ShouldBeGreaterThanOrEqualTo(4);
        _policies.SelectMany(p => p.Labels, (p, l) => (p.Key, l)).Count(x => !x.l.Benign).ShouldBeGreaterThanOrEqualTo(6);
        _items.Count(i => i.Role == "history").ShouldBeGreaterThanOrEqualTo(80);
        _items.Count(i => i.Role == "frozen").ShouldBeGreaterThanOrEqualTo(70);
        _items.Count(i => i.Role == "queue").ShouldBeGreaterThanOrEqualTo(200);
    }

    [Fact]
    public void Labels_all_occur_in_every_role()
    {
        foreach (var policy in _policies)
        {
            foreach (var label in policy.Labels)
            {
                var rows = _items.FindAll(i => i.Policy == policy.Key && i.Label == label.Key);
                rows.Count(i => i.Role == "history").ShouldBeGreaterThanOrEqualTo(5, $"{policy.Key}/{label.Key} history");
                rows.Count(i => i.Role == "frozen").ShouldBeGreaterThanOrEqualTo(3, $"{policy.Key}/{label.Key} frozen");
                rows.ShouldContain(i => i.Role == "queue", $"{policy.Key}/{label.Key} queue");
            }
        }
    }

    [Fact]
    public void Items_name_only_known_policies_labels_and_roles()
    {
        var known = _policies.SelectMany(p => p.Labels, (p, l) => (p.Key, l.Key)).ToHashSet();

        _items.ShouldAllBe(i => known.Contains(new(i.Policy, i.Label)) && Roles.Contains(i.Role));
        _items.ShouldAllBe(i => i.Author.Length > 0 && i.Text.Trim().Length > 0);
    }

    [Fact]
    public void Items_have_ids_and_texts_of_their_own()
    {
        _items.Select(i => i.Id).ShouldBeUnique();
        _items.Select(i => i.Text).ShouldBeUnique();
    }

    [Fact]
    public void Replies_follow_an_item_of_the_same_thread()
    {
        var byId = _items.ToDictionary(i => i.Id);
        var replies = _items.FindAll(i => i.ReplyTo.Length > 0);

        replies.ShouldNotBeEmpty();
        foreach (var reply in replies)
        {
            var parent = byId.GetValueOrDefault(reply.ReplyTo).ShouldNotBeNull($"{reply.Id} answers {reply.ReplyTo}");
            reply.Thread.ShouldNotBeEmpty(reply.Id);
            parent.Thread.ShouldBe(reply.Thread, reply.Id);
            parent.Policy.ShouldBe(reply.Policy, reply.Id);
            parent.CreatedAt.ShouldBeLessThan(reply.CreatedAt, reply.Id);
        }
    }

    [Fact]
    public void Items_include_markup_that_must_be_shown_as_text() =>
        _items.Count(i => i.Text.Contains("<script>") || i.Text.Contains("onerror=")).ShouldBeGreaterThanOrEqualTo(3);

    [Fact]
    public void Policies_have_one_benign_label_and_keys_of_their_own()
    {
        _policies.Select(p => p.Key).ShouldBe(["community", "marketplace"]);
        foreach (var policy in _policies)
        {
            policy.Labels.Count(l => l.Benign).ShouldBe(1, policy.Key);
            policy.Labels.Select(l => l.Key).ShouldBeUnique();
            policy.Labels.Select(l => l.Colour).ShouldBeUnique();
            policy.Labels.Select(l => l.HotKey).ShouldBe(Enumerable.Range(1, policy.Labels.Length).Select(n => n.ToString(CultureInfo.InvariantCulture)));
            policy.Labels.ShouldAllBe(l => l.Severity >= 0 && l.Severity <= 3 && (l.Severity == 0) == l.Benign);
            policy.Labels.ShouldAllBe(l => l.Guidance.Contains("Fits:") && l.Guidance.Contains("Does not fit:"));
        }
    }

    [Fact]
    public void Colours_stand_out_on_white_and_on_near_black()
    {
        foreach (var label in _policies.SelectMany(p => p.Labels))
        {
            (label.Colour.Length == 7 && label.Colour[0] == '#' && label.Colour.Skip(1).All(char.IsAsciiHexDigit)).ShouldBeTrue(label.Key);
            var light = Luminance(label.Colour);

            // 3 : 1 is what WCAG 2.2 asks of graphical objects (success criterion 1.4.11).
            (1.05 / (light + 0.05)).ShouldBeGreaterThanOrEqualTo(3, label.Key);
            ((light + 0.05) / (Luminance("#14171c") + 0.05)).ShouldBeGreaterThanOrEqualTo(3, label.Key);
        }
    }

    private static double Luminance(string colour)
    {
        double Part(int at)
        {
            var value = int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return (0.2126 * Part(1)) + (0.7152 * Part(3)) + (0.0722 * Part(5));
    }

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Hosting", "Demo", name);

    private sealed record PolicyRow(string Key, string Name, string Guidance, LabelRow[] Labels);

    private sealed record LabelRow(string Key, string Name, string Colour, int Severity, string HotKey, bool Benign, string Guidance);

    private sealed record ItemRow(
        string Id, string Policy, string Language, string Author, string Thread, string ReplyTo, DateTime CreatedAt, string Label, string Role, string Text);
}
