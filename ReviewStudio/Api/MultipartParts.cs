using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using ReviewStudio.Core.Accounts;

namespace ReviewStudio.Api;

/// <summary>Reads multipart/form-data whose <c>text</c> fields and files are parts of an item, in their order; all else are fields.</summary>
/// <param name="most">Most parts.</param>
/// <param name="longest">The longest request, in bytes.</param>
internal sealed class MultipartParts(int most, long longest)
{
    private const int LongestField = 4 << 20;

    private int _parts;

    /// <summary>Field by name; the last one counts.</summary>
    public Dictionary<string, string> Fields { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="text">Takes a text.</param>
    /// <param name="file">Takes a file, and reads it to its end.</param>
    /// <exception cref="RefusedException"><c>multipart.damaged</c>, <c>item.parts</c>, <c>item.long</c>, or what a taker refuses.</exception>
    public async Task ReadAsync(HttpContext http, Action<string> text, Func<Stream, Task> file, CancellationToken stop)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = longest + LongestField;
        }

        try
        {
            var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(http.Request.ContentType).Boundary).Value
                ?? throw new RefusedException("multipart.damaged", "The request names no boundary between its parts. Let the client library write the header.");
            var reader = new MultipartReader(boundary, http.Request.Body);
            while (await reader.ReadNextSectionAsync(stop) is { } section)
            {
                await TakeAsync(section, text, file, stop);
            }
        }
        catch (Exception e) when (e is InvalidDataException or FormatException || (e is IOException and not BadHttpRequestException))
        {
            throw new RefusedException("multipart.damaged", "The parts of the request cannot be told apart, or it ended too early. Send it again.");
        }
    }

    private async Task TakeAsync(MultipartSection section, Action<string> text, Func<Stream, Task> file, CancellationToken stop)
    {
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
        {
            throw new InvalidDataException();
        }

        var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
        var isFile = disposition.FileName.HasValue || disposition.FileNameStar.HasValue;
        var isText = !isFile && string.Equals(name, "text", StringComparison.OrdinalIgnoreCase);
        if ((isFile || isText) && ++_parts > most)
        {
            throw new RefusedException("item.parts", $"An item has at most {most} parts here.");
        }

        if (isFile)
        {
            await file(section.Body);
            return;
        }

        var value = await ReadAsync(section.Body, stop);
        if (isText)
        {
            text(value);
        }
        else
        {
            Fields[name] = value;
        }
    }

    private static async Task<string> ReadAsync(Stream body, CancellationToken stop)
    {
        using var read = new MemoryStream();
        var buffer = new byte[8 * 1024];
        while (await body.ReadAsync(buffer, stop) is > 0 and var count)
        {
            read.Write(buffer, 0, count);
            if (read.Length > LongestField)
            {
                throw new RefusedException("item.long", "A field of the request is longer than 4 MB. Split the text.");
            }
        }

        return Encoding.UTF8.GetString(read.ToArray());
    }
}
