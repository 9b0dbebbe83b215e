using System.Text;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content.Import.Reading;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Content;

public sealed class RowReaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Quotes_delimiters_and_line_ends_inside_of_fields_are_text()
    {
        var rows = await ReadAsync("a.csv", "id,text\r\n1,\"one, \"\"two\"\"\r\nthree\"\r\n\r\n2,four\r3,\"\"\n4,say \"hi\"");

        rows.Select(r => r["text"]).ShouldBe(["one, \"two\"\r\nthree", "four", "", "say \"hi\""]);
        rows.Select(r => r.Line).ShouldBe([2, 5, 6, 7]);
        rows.ShouldAllBe(r => r.Error == null);
    }

    [Theory]
    [InlineData("a.csv", "id;text\n1;one", SourceFormat.Csv)]
    [InlineData("a.txt", "id\ttext\n1\tone", SourceFormat.Tsv)]
    [InlineData("a.tsv", "id\ttext\n1\tone", SourceFormat.Tsv)]
    [InlineData("a.csv", "\ufeffid,text\n1,one", SourceFormat.Csv)]
    [InlineData("a.dat", "{\"id\":1,\"text\":\"one\"}", SourceFormat.JsonLines)]
    public async Task Format_is_told_by_content_and_name(string name, string content, SourceFormat format)
    {
        await using var reader = await RowReaders.OpenAsync(_folder.Write(name, content), name, null, default);

        reader.Format.ShouldBe(format);
        reader.Columns.ShouldBe(["id", "text"]);
        (await reader.ReadAsync(default).FirstAsync())["text"].ShouldBe("one");
    }

    [Fact]
    public async Task Utf16_with_a_mark_is_read()
    {
        var bytes = Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("id,text\n1,schön 🙂")).ToArray();

        (await ReadAsync("a.csv", bytes)).Single()["text"].ShouldBe("schön 🙂");
    }

    [Fact]
    public async Task Bad_rows_come_with_line_and_reason_and_the_rest_goes_on()
    {
        byte[] bytes = [.. "id,text\n1,one\n2,two,three\n3,b"u8, 0xe9, .. "d\n"u8, .. Encoding.UTF8.GetBytes("4," + new string('x', 70_000)), .. "\n5,nul\0\n6,six"u8];

        var rows = await ReadAsync("a.csv", bytes);

        rows[0].Error.ShouldBeNull();
        rows[1].Line.ShouldBe(3);
        rows[1].Error!.ShouldContain("3 fields, the header has 2");
        rows[1].Start.ShouldBe("2 | two | three");
        rows[2].Error!.ShouldContain("not UTF-8");
        rows[3].Error.ShouldBeNull();
        rows[4].Error!.ShouldContain("NUL");
        rows[5]["text"].ShouldBe("six");
    }

    [Fact]
    public async Task Columns_without_a_name_or_with_one_twice_get_names()
    {
        await using var reader = await RowReaders.OpenAsync(_folder.Write("a.csv", ",text,text\n0,a,b"), "a.csv", null, default);

        reader.Columns.ShouldBe(["column 1", "text", "text (2)"]);
    }

    [Fact]
    public async Task Overlong_csv_row_is_passed_over_up_to_the_end_of_its_line()
    {
        var rows = await ReadAsync("a.csv", "id,text\n1,one\n2," + new string('x', ReadLimits.Row) + "\n3,three");

        rows.Select(r => r["id"]).ShouldBe(["1", "", "3"]);
        rows[1].Line.ShouldBe(3);
        rows[1].Error!.ShouldContain("longer than 8 MB");
    }

    [Fact]
    public async Task Quote_that_is_never_closed_names_its_line()
    {
        var rows = await ReadAsync("a.csv", "id,text\n1,one\n2,\"two\n3,three\n");

        rows.Count.ShouldBe(2);
        rows[1].Error!.ShouldContain("opens on line 3 is never closed");
    }

    [Fact]
    public async Task Json_objects_are_flattened_and_broken_lines_named()
    {
        var rows = await ReadAsync("a.jsonl", """
            {"text":"one","user":{"name":"ada"},"tags":[1,2],"n":3,"ok":true,"none":null}

            {"text":"broken
            [1,2]
            {"text":"\ud800"}
            {"text":"last"}
            """);

        rows[0].Values.ShouldBe(new Dictionary<string, string> { ["text"] = "one", ["user.name"] = "ada", ["tags"] = "[1,2]", ["n"] = "3", ["ok"] = "true" });
        rows.Select(r => r.Line).ShouldBe([1, 3, 4, 5, 6]);
        rows[1].Error!.ShouldContain("not valid JSON");
        rows[2].Error!.ShouldContain("not a JSON object");
        rows[3].Error!.ShouldContain("half of a character");
        rows[4]["text"].ShouldBe("last");
    }

    [Fact]
    public async Task Parquet_is_read_group_by_group_with_nulls()
    {
        var rows = await ReadAsync("a.parquet", await ParquetFiles.PostsAsync(rows: 25, groupSize: 10));

        rows.Count.ShouldBe(25);
        rows[12].Values.ShouldBe(new Dictionary<string, string> { ["text"] = "post 12", ["score"] = "0.5", ["number"] = "12" });
        rows[13].Values.ContainsKey("score").ShouldBeFalse();
        rows[24].Line.ShouldBe(25);
    }

    [Fact]
    public async Task Parquet_cut_in_half_is_refused_with_a_way_out()
    {
        var bytes = await ParquetFiles.PostsAsync(rows: 2_000, groupSize: 500);

        var refusal = await Should.ThrowAsync<RefusedException>(() => ReadAsync("a.parquet", bytes[..(bytes.Length / 2)]));

        refusal.Message.ShouldContain("a.parquet is a damaged Parquet file");
        refusal.Message.ShouldContain("export it again");
    }

    [Fact]
    public async Task Parquet_with_a_damaged_group_gives_the_rows_before_it()
    {
        var bytes = await ParquetFiles.PostsAsync(rows: 2_000, groupSize: 1_000);
        Array.Fill(bytes, (byte)0xff, bytes.Length / 2 + 200, bytes.Length / 5);
        var rows = 0;

        var refusal = await Should.ThrowAsync<RefusedException>(async () =>
        {
            await using var reader = await RowReaders.OpenAsync(_folder.Write("a.parquet", bytes), "a.parquet", null, default);
            await foreach (var row in reader.ReadAsync(default))
            {
                rows++;
            }
        });

        rows.ShouldBe(1_000);
        refusal.Message.ShouldContain("row group 2 of 2");
    }

    [Theory]
    [InlineData("a.csv", "", "is empty")]
    [InlineData("a.csv", " \n\n", "is empty")]
    [InlineData("a.json", "[{\"text\":1}]", "one JSON array")]
    [InlineData("a.csv", "PK\u0003\u0004rest", "spreadsheet")]
    [InlineData("a.parquet", "hello", "not a Parquet file")]
    [InlineData("a.csv", "abc\0def", "not a text file")]
    [InlineData("a.jsonl", "not json", "no JSON object")]
    public async Task File_that_cannot_be_read_is_refused_in_words(string name, string content, string words)
    {
        var refusal = await Should.ThrowAsync<RefusedException>(() => ReadAsync(name, content));

        refusal.Message.ShouldContain(words);
        refusal.Message.ShouldContain(name);
    }

    private Task<List<SourceRow>> ReadAsync(string name, string content) => ReadAsync(_folder.Write(name, content));

    private Task<List<SourceRow>> ReadAsync(string name, byte[] content) => ReadAsync(_folder.Write(name, content));

    private static async Task<List<SourceRow>> ReadAsync(string path)
    {
        await using var reader = await RowReaders.OpenAsync(path, Path.GetFileName(path), null, default);
        return await reader.ReadAsync(default).ToListAsync();
    }
}
