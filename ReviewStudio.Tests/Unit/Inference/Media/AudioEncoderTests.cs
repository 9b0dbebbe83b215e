using System.Buffers.Binary;
using ReviewStudio.Core.Inference.Encoders.Audio;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Inference.Media;

public sealed class AudioEncoderTests(Encoders encoders) : IClassFixture<Encoders>
{
    [Fact]
    public void Speech_embeddings_match_the_reference_vectors()
    {
        var reference = Encoders.Reference("speech_embedding")[0];
        var encoder = Encoders.Needed(encoders.Catalog.Speech);
        var sine = Sine(440, 2, 16_000, 8000 / 32768f);

        var windows = encoder.Encode(sine).Windows;

        encoder.Mel([.. sine.Select(s => s * 32768f)]).Length.ShouldBe(32 * reference.GetProperty("mel_frames").GetInt32());
        windows.Length.ShouldBe(reference.GetProperty("windows").GetInt32());
        var expected = reference.GetProperty("first_window").EnumerateArray().Select(e => e.GetSingle()).ToArray();
        expected.Zip(windows[0], (a, b) => Math.Abs(a - b) / Math.Max(1, Math.Abs(a))).Max().ShouldBeLessThan(1e-4f);
    }

    [Fact]
    public void Speech_is_heard_and_a_tone_or_silence_is_not()
    {
        var voices = Encoders.Needed(encoders.Catalog.Voices);
        var spoken = WaveFile.Read(File.ReadAllBytes(Encoders.Data("audio", "spoken-digits", "7_jackson_1.wav")));
        float[] padded = [.. new float[16_000], .. spoken, .. new float[16_000]];

        var segments = VoiceDetector.Segments(voices.Probabilities(padded));

        segments.Count.ShouldBe(1);
        segments[0].Start.ShouldBeInRange(0.85, 1.2);
        segments[0].End.ShouldBeInRange(1.1, 1.1 + (spoken.Length / 16_000.0));
        VoiceDetector.Segments(voices.Probabilities(Sine(440, 2, 16_000, 0.3f))).ShouldBeEmpty();
        VoiceDetector.Segments(voices.Probabilities(new float[32_000])).ShouldBeEmpty();
    }

    [Fact]
    public void Pooled_features_come_from_the_spoken_windows()
    {
        var audio = Encoders.Needed(encoders.Catalog.Audio);
        var spoken = WaveFile.Read(File.ReadAllBytes(Encoders.Data("audio", "spoken-digits", "7_jackson_1.wav")));

        var alone = audio.Encode([.. new float[8_000], .. spoken, .. new float[8_000]]);
        var late = audio.Encode([.. new float[160_000], .. spoken, .. new float[64_000]]);
        var silent = audio.Encode(new float[160_000]);

        alone.Features.Length.ShouldBe(AudioEncoder.Dimensions);
        Cosine(alone.Features, late.Features).ShouldBeGreaterThan(0.97);
        Cosine(alone.Features, silent.Features).ShouldBeLessThan(0.9);
        silent.Speech.ShouldBeEmpty();
        late.Duration.ShouldBe(late.Heard);
    }

    [Fact]
    public void Of_a_long_sound_the_first_ten_minutes_are_heard_and_it_says_so()
    {
        var audio = Encoders.Needed(encoders.Catalog.Audio);

        var heard = audio.Encode(new float[16_000 * 630], TestContext.Current.CancellationToken);

        heard.Heard.ShouldBe(600);
        heard.Duration.ShouldBe(630);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(900)]
    public void The_shortest_sound_has_features(int samples) =>
        Encoders.Needed(encoders.Catalog.Audio).Encode(new float[samples]).Features.ShouldAllBe(f => float.IsFinite(f));

    [Fact]
    public void Segments_join_short_pauses_and_leave_out_clicks()
    {
        float[] steps = [0, 0.9f, 0, 0, 0, 0, 0, 0.9f, 0.8f, 0.1f, 0.1f, 0.9f, 0.4f, 0, 0, 0, 0, 0];

        var segment = VoiceDetector.Segments(steps).ShouldHaveSingleItem();

        segment.Start.ShouldBe(6 * 0.032, 1e-9);
        segment.End.ShouldBe(14 * 0.032, 1e-9);
    }

    [Theory]
    [InlineData(8_000)]
    [InlineData(22_050)]
    [InlineData(48_000)]
    public void Resampling_keeps_a_tone(int rate)
    {
        var result = Resampler.To16Kilohertz(Sine(1000, 0.5, rate, 0.5f), rate);

        result.Length.ShouldBe(8_000);
        var expected = Sine(1000, 0.5, 16_000, 0.5f);
        Enumerable.Range(200, 7_600).Max(i => Math.Abs(result[i] - expected[i])).ShouldBeLessThan(0.01f);
    }

    [Fact]
    public void Resampling_removes_what_the_new_rate_cannot_hold() =>
        Resampler.To16Kilohertz(Sine(11_000, 0.5, 48_000, 0.5f), 48_000)[200..7_800].Max(Math.Abs).ShouldBeLessThan(0.02f);

    [Theory]
    [InlineData(1, 8, 1)]
    [InlineData(1, 16, 2)]
    [InlineData(1, 24, 1)]
    [InlineData(1, 32, 2)]
    [InlineData(3, 32, 1)]
    public void Wave_files_of_every_width_are_read(int kind, int bits, int channels)
    {
        var samples = WaveFile.Read(Wave(kind, bits, channels, [0, 0.5f, -0.5f, 0.25f]));

        samples.Length.ShouldBe(4);
        samples[1].ShouldBe(0.5f, 0.01f);
        samples[2].ShouldBe(-0.5f, 0.01f);
    }

    [Fact]
    public void Damaged_wave_files_are_refused_and_cut_off_ones_read_as_far_as_they_go()
    {
        var whole = Wave(1, 16, 1, [0, 0.5f, -0.5f, 0.25f]);

        WaveFile.Read(whole.AsSpan(0, whole.Length - 4)).Length.ShouldBe(2);
        Should.Throw<InvalidDataException>(() => WaveFile.Read(whole.AsSpan(0, 40)));
        Should.Throw<InvalidDataException>(() => WaveFile.Read("RIFFxxxxMP3 "u8));
        Should.Throw<InvalidDataException>(() => WaveFile.Read(Wave(85, 16, 1, [0]))).Message.ShouldContain("PCM");
    }

    private static float[] Sine(double hertz, double seconds, int rate, float amplitude) =>
        [.. Enumerable.Range(0, (int)(seconds * rate)).Select(i => (float)(amplitude * Math.Sin(2 * Math.PI * hertz * i / rate)))];

    private static double Cosine(float[] a, float[] b) =>
        a.Zip(b, (x, y) => (double)x * y).Sum() / Math.Sqrt(a.Sum(x => (double)x * x) * b.Sum(x => (double)x * x));

    private static byte[] Wave(int kind, int bits, int channels, float[] samples)
    {
        var width = bits / 8;
        var body = new byte[samples.Length * channels * width];
        for (var i = 0; i < samples.Length * channels; i++)
        {
            var value = samples[i / channels];
            var at = body.AsSpan(i * width);
            switch (kind, bits)
            {
                case (3, _):
                    BinaryPrimitives.WriteSingleLittleEndian(at, value);
                    break;
                case (_, 8):
                    at[0] = (byte)(128 + (127 * value));
                    break;
                default:
                    BitConverter.GetBytes((int)(value * int.MaxValue)).AsSpan(4 - width).CopyTo(at);
                    break;
            }
        }

        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write("RIFF"u8);
        writer.Write(36 + body.Length);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)kind);
        writer.Write((short)channels);
        writer.Write(16_000);
        writer.Write(16_000 * channels * width);
        writer.Write((short)(channels * width));
        writer.Write((short)bits);
        writer.Write("data"u8);
        writer.Write(body.Length);
        writer.Write(body);
        return file.ToArray();
    }
}
