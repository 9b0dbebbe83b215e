using Microsoft.Data.Sqlite;
using Microsoft.Playwright;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Fusion;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ReviewStudio.Tests.Browser;

/// <summary>The workbench says which part moved the score, and what was not looked at.</summary>
public sealed class InfluenceTests(DemoSite site) : IClassFixture<DemoSite>
{
    /// <summary>Chance may draw one for audit, and hardly all.</summary>
    private const int Posts = 4;

    private static readonly string? Folder = Environment.GetEnvironmentVariable("REVIEWSTUDIO_PICTURES");

    [Fact]
    public async Task Parts_that_moved_the_score_stand_beside_the_labels_and_what_was_not_looked_at_below_the_item()
    {
        var engineer = await site.SignedInAsync("engineer", "/import");
        for (var i = 0; i < Posts; i++)
        {
            await SendAsync(engineer, $"post-{i}");
        }

        // As a head over parts would have left it: the first picture hardly matters, the second does.
        foreach (var (caseId, headId, probabilities) in await ScoredAsync())
        {
            var top = Array.IndexOf(probabilities, probabilities.Max());
            float[] Without(float less) => [.. probabilities.Select((p, k) => k == top ? p - less : p + (less / (probabilities.Length - 1)))];
            await ExecuteAsync(
                "INSERT INTO \"CaseInfluence\" (\"CaseId\", \"HeadId\", \"InfluencesJson\") VALUES (@case, @head, @json)",
                ("@case", caseId), ("@head", headId),
                ("@json", Influence.ToJson([new(0, null, Without(-0.05f)), new(1, null, Without(0.02f)), new(2, null, Without(0.31f)), new(null, Modality.Image, Without(0.33f))])));
        }

        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark }.Take(Folder is null ? 1 : 2))
        {
            var page = await site.SignedInAsync("moderator", "/review?source=influence-test", scheme);
            await new Bench(page).PassBlindAsync();
            var rows = page.GetByTestId("influences").Locator("li");
            await Expect(rows).ToHaveTextAsync(["text −0.05", "picture 1 +0.02", "picture 2 +0.31", "all pictures +0.33"]);
            await Expect(rows.Nth(2)).ToHaveAttributeAsync("title", new System.Text.RegularExpressions.Regex("picture 2 speaks for .*: 31 points", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
            await Expect(page.GetByTestId("unseen")).ToContainTextAsync("reads text alone");
            await Expect(page.GetByTestId("unseen")).ToBeVisibleAsync();
            (await page.GetByTestId("unseen").EvaluateAsync<double>("e => e.getBoundingClientRect().height")).ShouldBeGreaterThan(20);
            if (Folder is not null)
            {
                await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Folder, $"influences-{scheme}.png".ToLowerInvariant()) });
            }
        }
    }

    private async Task SendAsync(IPage engineer, string id)
    {
        var form = engineer.APIRequest.CreateFormData();
        foreach (var (name, value) in new[] { ("queue", "community"), ("source", "influence-test"), ("externalId", id), ("language", "en"), ("text", "Look at these two.") })
        {
            form.Append(name, value);
        }

        form.Append("file", new FilePayload { Name = "a", MimeType = "application/octet-stream", Buffer = MediaFiles.Make("image/png") });
        form.Append("file", new FilePayload { Name = "b", MimeType = "application/octet-stream", Buffer = MediaFiles.Make("image/jpeg") });
        var answer = await engineer.APIRequest.PostAsync(site.Address + "/api/v1/items", new APIRequestContextOptions { Multipart = form });
        answer.Status.ShouldBe(201, await answer.TextAsync());
    }

    /// <summary>Waits until the encoders have come to the items, the head has scored them, and no other head is on its way.</summary>
    private async Task<List<(long CaseId, long HeadId, float[] Probabilities)>> ScoredAsync()
    {
        for (var i = 0; i < 120; i++)
        {
            await using var connection = await OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT c.\"Id\", c.\"HeadId\", c.\"Probabilities\" FROM \"ReviewCase\" c JOIN \"Item\" i ON i.\"Id\" = c.\"ItemId\" WHERE i.\"Source\" = 'influence-test' AND c.\"HeadId\" IS NOT NULL"
                + " AND NOT EXISTS (SELECT 1 FROM \"BackgroundJob\" WHERE \"State\" IN (0, 1))";
            await using var reader = await command.ExecuteReaderAsync();
            var scored = new List<(long, long, float[])>();
            while (await reader.ReadAsync())
            {
                scored.Add((reader.GetInt64(0), reader.GetInt64(1), Probabilities.Read((byte[])reader.GetValue(2))));
            }

            if (scored.Count == Posts)
            {
                return scored;
            }

            await Task.Delay(500);
        }

        throw new InvalidOperationException("The items were not scored within a minute.");
    }

    private async Task ExecuteAsync(string sql, params (string Name, object Value)[] values)
    {
        await using var connection = await OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value);
        }

        await command.ExecuteNonQueryAsync();
    }

    private async Task<SqliteConnection> OpenAsync()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(site.Folder, "reviewstudio.db")};Default Timeout=30");
        await connection.OpenAsync();
        return connection;
    }
}
