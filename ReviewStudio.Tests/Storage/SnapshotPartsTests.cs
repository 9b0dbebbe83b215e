using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Content;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Storage;

public sealed class SnapshotPartsTests
{
    [Fact]
    public async Task Snapshot_names_the_media_of_an_item_and_holds_all_its_texts()
    {
        await using var studio = await Snapshots.StudioAsync(12);
        var hash = new string('a', 64);
        var items = await studio.Database.ReadAsync(db => db.Set<Item>().OrderBy(i => i.Id).Select(i => new { i.Id, i.ExternalId, i.Parts[0].Text }).ToListAsync(), CancellationToken.None);
        await studio.Database.WriteAsync(
            async db =>
            {
                (await db.Set<Item>().SingleAsync(i => i.Id == items[2].Id)).Modality = "image+text";
                db.Add(new ItemPart { ItemId = items[2].Id, Ordinal = 1, Modality = Modality.Image, BlobHash = hash, MediaType = "image/png", Length = 4_711 });
                db.Add(new ItemPart { ItemId = items[5].Id, Ordinal = 1, Modality = Modality.Text, Text = "And one more thing." });
                await db.SaveChangesAsync();
            },
            CancellationToken.None);

        var snapshot = await Snapshots.ExportAsync(studio);

        var rows = File.ReadLines(Snapshots.File(studio, snapshot, "examples.jsonl")).Select(l => JsonSerializer.Deserialize<JsonElement>(l)).ToDictionary(r => r.GetProperty("external_id").GetString()!);
        var media = JsonSerializer.Deserialize<JsonElement>(rows[items[2].ExternalId].GetProperty("media").GetString()!)[0];
        (media.GetProperty("place").GetInt32(), media.GetProperty("sha256").GetString(), media.GetProperty("type").GetString(), media.GetProperty("bytes").GetInt64()).ShouldBe((1, hash, "image/png", 4_711));
        rows[items[2].ExternalId].GetProperty("text").GetString().ShouldBe(items[2].Text);
        rows[items[5].ExternalId].GetProperty("text").GetString().ShouldBe(items[5].Text + "\nAnd one more thing.");
        rows.Where(r => r.Key != items[2].ExternalId).ShouldAllBe(r => r.Value.GetProperty("media").GetString() == "[]");
    }
}
