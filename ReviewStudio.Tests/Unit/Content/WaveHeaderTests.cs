using System.Text.Json;
using Microsoft.Extensions.Options;
using ReviewStudio.Core.Content.Media;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Content;

/// <summary>Plain sound that is read here comes to the same as what ffmpeg makes of it.</summary>
public sealed class WaveHeaderTests
{
    [Theory]
    [InlineData("pcm_s16le", 16000, 1)]
    [InlineData("pcm_s16le", 44100, 2)]
    [InlineData("pcm_u8", 8000, 1)]
    public async Task Waveform_and_copy_are_those_of_the_program_and_nothing_else_is_told(string codec, int rate, int channels)
    {
        var tools = new MediaTools(Options.Create(new MediaOptions()));
        Assert.SkipUnless(tools.Available, "ffmpeg is not here");
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "in.wav");
        await File.WriteAllBytesAsync(path, MediaFiles.Wave(codec, rate, channels));
        var file = await File.ReadAllBytesAsync(path);
        System.Text.Encoding.Latin1.GetString(file).ShouldContain(MediaFiles.Secret, Case.Sensitive, "the file tells where it was made");

        var wave = WaveHeader.Read(file, file.Length).ShouldNotBeNull();
        var copy = Path.Combine(folder.Path, "copy.wav");
        await File.WriteAllBytesAsync(copy, wave.Anonymous(file));

        System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(copy)).ShouldNotContain(MediaFiles.Secret);
        (await PcmAsync(tools, copy, rate)).ShouldBe(await PcmAsync(tools, path, rate));
        var expected = new Peaks();
        await tools.RunAsync(path, MediaFormat.Wav, [], [["-ac", "1", "-ar", "4000", "-f", "s16le", "-"]], CancellationToken.None, expected.ReadAsync);
        var (ours, theirs) = (Read(wave.Peaks(file)), Read(expected));
        ours.Length.ShouldBeInRange(theirs.Length - 1, theirs.Length + 1);
        ours.Zip(theirs).ShouldAllBe(p => Math.Abs(p.First - p.Second) < 0.04);
        theirs.Max().ShouldBeGreaterThan(0.1);
    }

    private static double[] Read(Peaks peaks) => JsonSerializer.Deserialize<double[]>(peaks.ToJson())!;

    private static async Task<byte[]> PcmAsync(MediaTools tools, string path, int rate)
    {
        using var bytes = new MemoryStream();
        await tools.RunAsync(path, MediaFormat.Wav, [], [["-ar", $"{rate}", "-f", "s16le", "-"]], CancellationToken.None, (output, stop) => output.CopyToAsync(bytes, stop));
        return bytes.ToArray();
    }
}
