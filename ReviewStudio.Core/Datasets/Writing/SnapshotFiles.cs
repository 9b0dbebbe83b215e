using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ReviewStudio.Core.Datasets.Writing;

/// <summary>Reads a snapshot's tables back from its JSON lines, row by row.</summary>
internal static class SnapshotFiles
{
    /// <summary>Whether an item is among the examples.</summary>
    public static async Task<bool> HoldsAsync(string folder, string source, string externalId, CancellationToken cancellation)
    {
        var file = Path.Combine(folder, "examples.jsonl");
        if (!File.Exists(file))
        {
            return false;
        }

        // Lines are parsed only where the id occurs.
        var wanted = JsonSerializer.Serialize(externalId, JsonLines).Trim('"');
        await foreach (var line in File.ReadLinesAsync(file, cancellation))
        {
            if (line.Contains(wanted, StringComparison.Ordinal))
            {
                using var row = JsonDocument.Parse(line);
                if (Text(row.RootElement, "external_id") == externalId && Text(row.RootElement, "source") == source)
                {
                    return true;
                }
            }
        }

        return false;
    }

    public static async IAsyncEnumerable<ExampleRow> ExamplesAsync(string folder, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var number = 0L;
        await foreach (var line in File.ReadLinesAsync(Path.Combine(folder, "examples.jsonl"), cancellation))
        {
            using var document = JsonDocument.Parse(line);
            var row = document.RootElement;
            yield return new ExampleRow
            {
                CaseKey = ++number,
                ItemKey = 0,
                CaseId = row.GetProperty("case_id").GetGuid(),
                Source = Text(row, "source"),
                ExternalId = Text(row, "external_id"),
                Language = Text(row, "language"),
                Modality = Text(row, "modality"),
                Text = Text(row, "text"),
                Media = row.TryGetProperty("media", out var media) ? media.GetString()! : "[]",
                Label = Text(row, "label"),
                SoftLabel = Text(row, "soft_label"),
                Confidence = row.GetProperty("confidence").GetDouble(),
                Method = Text(row, "method"),
                Reviewers = row.GetProperty("reviewers").GetInt32(),
                Stratum = Text(row, "stratum"),
                SamplingProbability = row.GetProperty("sampling_probability").GetDouble(),
                InAuditSample = row.GetProperty("in_audit_sample").GetBoolean(),
                PolicyVersion = row.GetProperty("policy_version").GetInt32(),
                LabelledAt = Instant(row, "labelled_at"),
                Split = Text(row, "split"),
            };
        }
    }

    public static async IAsyncEnumerable<VerdictRow> VerdictsAsync(string folder, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var line in File.ReadLinesAsync(Path.Combine(folder, "verdicts.jsonl"), cancellation))
        {
            using var document = JsonDocument.Parse(line);
            var row = document.RootElement;
            yield return new VerdictRow
            {
                VerdictId = row.GetProperty("verdict_id").GetGuid(),
                Source = Text(row, "source"),
                ExternalId = Text(row, "external_id"),
                Reviewer = Text(row, "reviewer"),
                Group = Text(row, "reviewer_group"),
                Label = row.GetProperty("label").GetString(),
                PolicyVersion = row.GetProperty("policy_version").GetInt32(),
                Purpose = Text(row, "purpose"),
                PredictionShown = row.GetProperty("prediction_shown").GetBoolean(),
                ElapsedMilliseconds = row.GetProperty("elapsed_ms").GetInt32(),
                Note = Text(row, "note"),
                Rationales = JsonSerializer.Deserialize<List<RationaleRow>>(Text(row, "rationales")) ?? [],
                Influences = row.TryGetProperty("influences", out var influences) ? influences.GetString() ?? "[]" : "[]",
                GivenAt = Instant(row, "given_at"),
            };
        }
    }

    private static JsonSerializerOptions JsonLines { get; } = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;

    private static DateTime Instant(JsonElement row, string name) => row.GetProperty(name).GetDateTime().ToUniversalTime();
}
