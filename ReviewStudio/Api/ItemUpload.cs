using System.Globalization;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Security;

namespace ReviewStudio.Api;

/// <summary>An item with media as multipart/form-data: fields <c>queue</c>, <c>source</c>, <c>externalId</c> and the like; each <c>text</c> and each file is a part, in their order.</summary>
internal static class ItemUpload
{
    private const int LongestField = 4 << 20;

    public static async Task<IResult> ReceiveAsync(HttpContext http, AddItems add, TakeMedia take, ClaimsPrincipal caller, CancellationToken stop)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = TakeMedia.Longest + LongestField;
        }

        var actor = ActorAccessor.From(caller);
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var parts = new List<NewPart>();
        try
        {
            var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(http.Request.ContentType).Boundary).Value
                ?? throw new RefusedException("multipart.damaged", "The request names no boundary between its parts. Let the client library write the header.");
            var reader = new MultipartReader(boundary, http.Request.Body);
            while (await reader.ReadNextSectionAsync(stop) is { } section)
            {
                await TakeAsync(section, fields, parts, take, actor, stop);
            }
        }
        catch (Exception e) when (e is InvalidDataException or FormatException || (e is IOException and not BadHttpRequestException))
        {
            throw new RefusedException("multipart.damaged", "The parts of the request cannot be told apart, or it ended too early. Send it again.");
        }

        var source = fields.GetValueOrDefault("source", "");
        var item = new NewItem(
            fields.GetValueOrDefault("externalId", ""), null, fields.GetValueOrDefault("language"), fields.GetValueOrDefault("author"), fields.GetValueOrDefault("thread"),
            fields.GetValueOrDefault("replyTo"), Instant(fields.GetValueOrDefault("publishedAt")), parts);
        var added = (await add.RunAsync(new NewItems(fields.GetValueOrDefault("queue", ""), source, [item]), actor, stop))[0];
        return added.Added ? Results.Created($"/api/v1/cases?source={Uri.EscapeDataString(source)}&externalId={Uri.EscapeDataString(item.ExternalId)}", added) : Results.Ok(added);
    }

    private static async Task TakeAsync(MultipartSection section, Dictionary<string, string> fields, List<NewPart> parts, TakeMedia take, Actor actor, CancellationToken stop)
    {
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
        {
            throw new InvalidDataException();
        }

        if (parts.Count > NewItemsValidator.MostParts)
        {
            throw new RefusedException("item.parts", $"An item has at most {NewItemsValidator.MostParts} parts.");
        }

        if (disposition.FileName.HasValue || disposition.FileNameStar.HasValue)
        {
            parts.Add(new NewPart(Media: (await take.RunAsync(section.Body, actor, stop)).Hash));
            return;
        }

        var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
        var value = await ReadAsync(section.Body, stop);
        if (string.Equals(name, "text", StringComparison.OrdinalIgnoreCase))
        {
            parts.Add(new NewPart(value));
        }
        else
        {
            fields[name] = value;
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

    private static DateTime? Instant(string? given) => given is null ? null
        : DateTime.TryParse(given, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var instant) ? instant
        : throw new RefusedException("item.published", $"'{given}' is no instant such as 2026-01-31T12:00:00Z.");
}
