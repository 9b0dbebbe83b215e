using System.Buffers.Binary;

namespace ReviewStudio.Core.Inference.Encoders.Audio;

/// <summary>Reads WAV files: PCM of 8 to 32 bits and 32-bit floats, any number of channels.</summary>
public static class WaveFile
{
    private const int Pcm = 1, Float = 3, Extensible = 0xFFFE;

    /// <summary>The sound as the encoders take it: one channel, 16 kHz, -1 to 1.</summary>
    /// <param name="file">The whole file; a header that promises more than is there is read as far as it goes.</param>
    /// <exception cref="InvalidDataException">It is no WAV file, or of a kind that is not read here.</exception>
    public static float[] Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < 12 || !file[..4].SequenceEqual("RIFF"u8) || !file[8..12].SequenceEqual("WAVE"u8))
        {
            throw new InvalidDataException("This is no WAV file.");
        }

        (int Kind, int Channels, int Rate, int Bits)? format = null;
        var rest = file[12..];
        while (rest.Length >= 8)
        {
            var length = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]), (uint)(rest.Length - 8));
            var body = rest.Slice(8, length);
            if (rest[..4].SequenceEqual("fmt "u8) && length >= 16)
            {
                var kind = BinaryPrimitives.ReadUInt16LittleEndian(body);
                format = (
                    kind == Extensible && length >= 26 ? BinaryPrimitives.ReadUInt16LittleEndian(body[24..]) : kind,
                    BinaryPrimitives.ReadUInt16LittleEndian(body[2..]),
                    BinaryPrimitives.ReadInt32LittleEndian(body[4..]),
                    BinaryPrimitives.ReadUInt16LittleEndian(body[14..]));
            }
            else if (rest[..4].SequenceEqual("data"u8))
            {
                return format is { } f ? Decode(body, f.Kind, f.Channels, f.Rate, f.Bits) : throw new InvalidDataException("The WAV file does not say how it is coded.");
            }

            rest = rest[Math.Min(rest.Length, 8 + length + (length & 1))..];
        }

        throw new InvalidDataException("The WAV file holds no sound; it may be cut off.");
    }

    private static float[] Decode(ReadOnlySpan<byte> body, int kind, int channels, int rate, int bits)
    {
        var known = (kind, bits) is (Pcm, 8 or 16 or 24 or 32) or (Float, 32);
        if (!known || channels is < 1 or > 64 || rate is < 1_000 or > 768_000)
        {
            throw new InvalidDataException($"WAV files of kind {kind} with {bits} bits, {channels} channels at {rate} Hz are not read. Save it as 16-bit PCM.");
        }

        var width = bits / 8;
        var mono = new float[body.Length / (width * channels)];
        for (var i = 0; i < mono.Length; i++)
        {
            float sum = 0;
            for (var c = 0; c < channels; c++)
            {
                sum += Sample(body[(((i * channels) + c) * width)..], kind, bits);
            }

            mono[i] = sum / channels;
        }

        return Resampler.To16Kilohertz(mono, rate);
    }

    private static float Sample(ReadOnlySpan<byte> bytes, int kind, int bits) => (kind, bits) switch
    {
        (Float, _) => Math.Clamp(BinaryPrimitives.ReadSingleLittleEndian(bytes) is var v && float.IsFinite(v) ? v : 0, -1, 1),
        (_, 8) => (bytes[0] - 128) / 128f,
        (_, 16) => BinaryPrimitives.ReadInt16LittleEndian(bytes) / 32768f,
        (_, 24) => ((bytes[0] << 8) | (bytes[1] << 16) | (bytes[2] << 24)) / 2147483648f,
        _ => BinaryPrimitives.ReadInt32LittleEndian(bytes) / 2147483648f,
    };
}
