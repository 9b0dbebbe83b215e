using System.Buffers;
using System.Text;
using System.Text.Json;
using FluentValidation;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Import.Reading;

namespace ReviewStudio.Api;

/// <summary>
/// Items as a stream of lines, each answered by a line: as many as there are, in bounded memory. A line that is not in
/// order is told and left out; the others come in. Broken off, the same stream may be sent again.
/// </summary>
internal static class ItemStream
{
    public const string Type = "application/x-ndjson";

    private const int Chunk = 500;
    private const int LongestLine = 1 << 20;

    private static readonly SearchValues<byte> Blank = SearchValues.Create(" \t\r"u8);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly NewItemsValidator Validator = new();

    public static async Task RunAsync(HttpContext http, string queue, string source, AddItems add, Actor actor, CancellationToken stop)
    {
        http.Response.ContentType = Type;
        var lines = new BoundedLines(http.Request.Body, LongestLine);
        await using var writer = new StreamWriter(http.Response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        var tally = new Tally(writer);
        var chunk = new List<(long Line, NewItem Item)>(Chunk);
        while (await lines.ReadAsync(stop))
        {
            if (lines.Line.Span.IndexOfAnyExcept(Blank) < 0)
            {
                continue;
            }

            if (Read(lines, queue, source, out var item) is { } problem)
            {
                await tally.RefusedAsync(lines.Number, item?.ExternalId, problem);
                continue;
            }

            chunk.Add((lines.Number, item!));
            if (chunk.Count == Chunk && !await SendAsync(chunk))
            {
                return;
            }
        }

        if (chunk.Count == 0 || await SendAsync(chunk))
        {
            await tally.EndAsync();
        }

        async Task<bool> SendAsync(List<(long Line, NewItem Item)> items)
        {
            try
            {
                var added = await add.RunAsync(new NewItems(queue, source, items.ConvertAll(i => i.Item)), actor, stop);
                await tally.TakenAsync(items, added);
                items.Clear();
                await writer.FlushAsync(stop);
                return true;
            }
            catch (RefusedException e)
            {
                // It holds for all that follow as well: what came before is in.
                await tally.StoppedAsync(items[0].Line, e.Code, e.Message);
                return false;
            }
        }
    }

    /// <returns>What is wrong with the line; null when nothing is.</returns>
    private static string? Read(BoundedLines lines, string queue, string source, out NewItem? item)
    {
        item = null;
        if (lines.TooLong)
        {
            return $"The line has more than {LongestLine:N0} bytes. Split the text.";
        }

        try
        {
            item = JsonSerializer.Deserialize<NewItem>(lines.Line.Span, Json);
        }
        catch (JsonException e)
        {
            return $"The line is no item in JSON: {e.Message}";
        }

        if (item is null)
        {
            return "The line is no item in JSON.";
        }

        var found = Validator.Validate(new NewItems(queue, source, [item]));
        return found.IsValid ? null : string.Join(' ', found.Errors.Select(e => e.ErrorMessage).Distinct(StringComparer.Ordinal));
    }

    private sealed class Tally(StreamWriter writer)
    {
        private int _added;
        private int _unchanged;
        private int _refused;

        public async Task TakenAsync(List<(long Line, NewItem Item)> items, IReadOnlyList<AddedItem> added)
        {
            for (var i = 0; i < added.Count; i++)
            {
                _added += added[i].Added ? 1 : 0;
                _unchanged += added[i].Added ? 0 : 1;
                await WriteAsync(new { line = items[i].Line, externalId = added[i].ExternalId, id = added[i].Id, added = added[i].Added });
            }
        }

        public Task RefusedAsync(long line, string? externalId, string problem)
        {
            _refused++;
            return WriteAsync(new { line, externalId, problem });
        }

        public Task StoppedAsync(long line, string code, string problem) => WriteAsync(new { stoppedAtLine = line, code, problem, added = _added, unchanged = _unchanged, refused = _refused });

        public Task EndAsync() => WriteAsync(new { done = true, added = _added, unchanged = _unchanged, refused = _refused });

        private Task WriteAsync(object line) => writer.WriteLineAsync(JsonSerializer.Serialize(line, Json));
    }
}
