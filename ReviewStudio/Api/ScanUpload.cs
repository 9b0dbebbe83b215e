using System.Globalization;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Scanning;
using ReviewStudio.Core.Scanning.Media;

namespace ReviewStudio.Api;

/// <summary>A scan with files as multipart/form-data: fields as in the JSON body, <c>policies</c> with commas between; each <c>text</c> and each file is a part.</summary>
internal static class ScanUpload
{
    private const int FilesAtOnce = 2;

    public static async Task<ScanAnswer> RunAsync(HttpContext http, ScanContent scan, ReceiveScanFile receive, Actor actor, CancellationToken stop)
    {
        var form = new MultipartParts(ScanRequestValidator.MostParts, FilesAtOnce * ReceiveScanFile.Longest);
        var parts = new List<ScannedPart>();
        try
        {
            await form.ReadAsync(http, text => parts.Add(new ScannedPart(text)), async body => parts.Add(await receive.RunAsync(body, stop)), stop);
            var policies = form.Fields.GetValueOrDefault("policies")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return await scan.RunAsync(
                new ScanRequest(
                    Field("source") ?? "", Field("externalId") ?? "", null, Field("language"), Field("author"), Field("thread"), Field("replyTo"), policies is { Length: > 0 } ? policies : null,
                    Milliseconds(Field("budgetMilliseconds")), string.Equals(Field("dryRun"), "true", StringComparison.OrdinalIgnoreCase))
                {
                    Uploaded = [.. parts.Where(p => p.Media is not null || !string.IsNullOrWhiteSpace(p.Text))],
                },
                actor, stop);
        }
        finally
        {
            foreach (var path in parts.Select(p => p.Media?.Path).OfType<string>())
            {
                File.Delete(path);
            }
        }

        string? Field(string name) => form.Fields.GetValueOrDefault(name);
    }

    private static int? Milliseconds(string? given) => given is null ? null
        : int.TryParse(given, CultureInfo.InvariantCulture, out var number) ? number
        : throw new RefusedException("scan.budget", $"'{given}' is no number of milliseconds.");
}
