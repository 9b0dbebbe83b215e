using System.Buffers.Binary;
using Microsoft.Extensions.Options;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Content;

/// <summary>What is told by a file's beginning is what ffprobe tells, and what is unusual is left to it.</summary>
public sealed class HeaderFactsTests
{
    [Theory]
    [MemberData(nameof(MediaFiles.Types), MemberType = typeof(MediaFiles))]
    public async Task Beginning_tells_what_the_program_tells_or_nothing(string type)
    {
        var tools = new MediaTools(Options.Create(new MediaOptions()));
        Assert.SkipUnless(tools.Available, "ffmpeg is not here");
        using var folder = new TempFolder();
        var (path, bytes, format) = (Path.Combine(folder.Path, "file"), MediaFiles.Make(type), MediaFormat.Of(type));
        await File.WriteAllBytesAsync(path, bytes);

        var told = HeaderFacts.Read(format, bytes.AsSpan(0, Math.Min(bytes.Length, MediaSniffer.Needed)), bytes.Length);

        string[] plain = ["image/jpeg", "image/png", "image/webp", "image/gif", "audio/wav"];
        (told is not null).ShouldBe(plain.Contains(type), type);
        if (told is not null)
        {
            var said = MediaFacts.Read(await tools.ProbeAsync(path, format, CancellationToken.None));

            // A still picture has neither length nor frames a second; the program makes some up.
            told.ShouldBe(format.Modality == Core.Content.Modality.Image ? said with { Duration = null, FrameRate = null } : said);
        }
    }

    [Theory]
    [InlineData("cut off")]
    [InlineData("without a length, as streams have it")]
    [InlineData("compressed")]
    [InlineData("numbers that do not fit together")]
    [InlineData("sound before its format")]
    public void Unusual_sound_file_is_left_to_the_program(string what)
    {
        var file = Wave();
        HeaderFacts.Read(MediaFormat.Wav, file, file.Length)!.Duration.ShouldBe(0.25);

        switch (what)
        {
            case "cut off":
                file = file[..^1];
                break;
            case "without a length, as streams have it":
                BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(40), uint.MaxValue);
                break;
            case "compressed":
                file[20] = 2;
                break;
            case "numbers that do not fit together":
                file[32]++;
                break;
            default:
                "data"u8.CopyTo(file.AsSpan(12));
                break;
        }

        HeaderFacts.Read(MediaFormat.Wav, file, file.Length).ShouldBeNull(what);
    }

    /// <summary>A quarter of a second: one channel, 8,000 samples a second, 16 bits.</summary>
    private static byte[] Wave()
    {
        var file = new byte[44 + 4000];
        "RIFF"u8.CopyTo(file);
        "WAVEfmt "u8.CopyTo(file.AsSpan(8));
        "data"u8.CopyTo(file.AsSpan(36));
        foreach (var (at, value) in new[] { (4, 4036), (16, 16), (24, 8000), (28, 16000), (40, 4000) })
        {
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        }

        (file[20], file[22], file[32], file[34]) = (1, 1, 2, 16);
        return file;
    }
}
