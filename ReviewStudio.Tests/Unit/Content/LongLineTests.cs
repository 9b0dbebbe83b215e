using ReviewStudio.Core.Content.Import.Reading;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Content;

/// <summary>What is allocated is counted for the whole process, so nothing else runs beside it.</summary>
[Collection(AloneCollection.Name)]
public sealed class LongLineTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Line_of_200_MB_is_one_row_error_in_bounded_memory()
    {
        var path = Path.Combine(_folder.Path, "a.jsonl");
        await using (var file = File.Create(path))
        {
            file.Write("{\"text\":\"first\"}\n{\"text\":\""u8);
            var block = Enumerable.Repeat((byte)'x', 1 << 20).ToArray();
            for (var i = 0; i < 200; i++)
            {
                file.Write(block);
            }

            file.Write("\"}\n{\"text\":\"last\"}\n"u8);
        }

        var before = GC.GetTotalAllocatedBytes(precise: true);
        var rows = await ReadAsync(path);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        rows.Select(r => r["text"]).ShouldBe(["first", "", "last"]);
        rows[1].Line.ShouldBe(2);
        rows[1].Error!.ShouldContain("longer than 8 MB");
        rows[1].Start.ShouldStartWith("{\"text\":\"xxx");
        allocated.ShouldBeLessThan(64L << 20);
    }

    private static async Task<List<SourceRow>> ReadAsync(string path)
    {
        await using var reader = await RowReaders.OpenAsync(path, Path.GetFileName(path), null, default);
        return await reader.ReadAsync(default).ToListAsync();
    }
}
