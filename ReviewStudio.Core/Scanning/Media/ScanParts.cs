using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning.Media;

/// <summary>The parts of a request as the scan works on them; scratch files go with it.</summary>
internal sealed class ScanParts(IReadOnlyList<ScannedPart> parts) : IDisposable
{
    public IReadOnlyList<ScannedPart> All => parts;

    /// <summary>All texts, a line each.</summary>
    public string Text => string.Join('\n', parts.Select(p => p.Text).OfType<string>());

    public IEnumerable<ScannedPart> Media => parts.Where(p => p.Media is not null);

    public void Dispose()
    {
        foreach (var path in Media.Select(p => p.Media!.Path).OfType<string>())
        {
            File.Delete(path);
        }
    }

    /// <param name="uploaded">Parts that came beside the request, their files received already.</param>
    /// <exception cref="RefusedException"><c>media.unknown</c>, <c>media.…</c> or <c>scan.base64</c>.</exception>
    public static async Task<ScanParts> OfAsync(
        ScanRequest request, IReadOnlyList<ScannedPart> uploaded, Database database, ReceiveScanFile receive, CancellationToken cancellation)
    {
        var parts = new List<ScannedPart>();
        var made = new ScanParts(parts);
        try
        {
            if (!string.IsNullOrWhiteSpace(request.Text))
            {
                parts.Add(new ScannedPart(request.Text));
            }

            var given = request.Parts ?? [];
            var known = given.Any(p => p.Media is not null)
                ? await database.ReadAsync(db => KnownMedia.ReadAsync(db, given.Select(p => p.Media), cancellation), cancellation)
                : new Dictionary<string, TakenMedia>(StringComparer.Ordinal);
            foreach (var part in given)
            {
                parts.Add(part switch
                {
                    { Media: { Length: > 0 } hash } => new ScannedPart(null, new(hash, known[hash].MediaType, null), known[hash].Length),
                    { Base64: { Length: > 0 } base64 } => await receive.RunAsync(new MemoryStream(Bytes(base64)), cancellation),
                    _ => new ScannedPart(part.Text),
                });
            }
        }
        catch
        {
            made.Dispose();
            throw;
        }

        parts.AddRange(uploaded);
        return made;
    }

    private static byte[] Bytes(string base64)
    {
        try
        {
            return Convert.FromBase64String(base64);
        }
        catch (FormatException)
        {
            throw new RefusedException("scan.base64", "A part's base64 cannot be read. Send the file's bytes in base64 without a prefix, or as multipart/form-data.");
        }
    }
}
