using System.Globalization;
using System.Security.Claims;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Security;

namespace ReviewStudio.Api;

/// <summary>An item with media as multipart/form-data: fields <c>queue</c>, <c>source</c>, <c>externalId</c> and the like; each <c>text</c> and each file is a part, in their order.</summary>
internal static class ItemUpload
{
    public static async Task<IResult> ReceiveAsync(HttpContext http, AddItems add, TakeMedia take, ClaimsPrincipal caller, CancellationToken stop)
    {
        var actor = ActorAccessor.From(caller);
        var form = new MultipartParts(NewItemsValidator.MostParts + 1, TakeMedia.Longest);
        var parts = new List<NewPart>();
        await form.ReadAsync(http, text => parts.Add(new NewPart(text)), async body => parts.Add(new NewPart(Media: (await take.RunAsync(body, actor, stop)).Hash)), stop);
        var fields = form.Fields;
        var source = fields.GetValueOrDefault("source", "");
        var item = new NewItem(
            fields.GetValueOrDefault("externalId", ""), null, fields.GetValueOrDefault("language"), fields.GetValueOrDefault("author"), fields.GetValueOrDefault("thread"),
            fields.GetValueOrDefault("replyTo"), Instant(fields.GetValueOrDefault("publishedAt")), parts);
        var added = (await add.RunAsync(new NewItems(fields.GetValueOrDefault("queue", ""), source, [item]), actor, stop))[0];
        return added.Added ? Results.Created($"/api/v1/cases?source={Uri.EscapeDataString(source)}&externalId={Uri.EscapeDataString(item.ExternalId)}", added) : Results.Ok(added);
    }

    private static DateTime? Instant(string? given) => given is null ? null
        : DateTime.TryParse(given, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var instant) ? instant
        : throw new RefusedException("item.published", $"'{given}' is no instant such as 2026-01-31T12:00:00Z.");
}
