using System.Buffers.Binary;

namespace ReviewStudio.Core.Content.Media;

/// <summary>The header of a plain WAV file: whole numbers of 8 or 16 bits, not compressed, as long as it says. Anything else is left to ffmpeg.</summary>
/// <param name="Codec">As ffprobe names it.</param>
/// <param name="Rate">Samples a second.</param>
/// <param name="Format">The 16 bytes that tell of all this.</param>
/// <param name="At">Where the samples begin.</param>
/// <param name="Bytes">How long they are; all of them are in the file.</param>
internal sealed record WaveHeader(string Codec, int Channels, int Rate, int Bits, byte[] Format, int At, long Bytes)
{
    private const int Pcm = 1;
    private const int PeakRate = 4_000;

    /// <summary>In seconds, to the microsecond.</summary>
    public double Duration => Math.Round((double)Bytes / ((long)Rate * Block), 6);

    private int Block => Channels * Bits / 8;

    /// <param name="head">The first bytes of the file.</param>
    /// <param name="length">Bytes of the file.</param>
    /// <returns>Null where it is not plain.</returns>
    public static WaveHeader? Read(ReadOnlySpan<byte> head, long length)
    {
        WaveHeader? header = null;
        for (var at = 12; at + 8 <= head.Length;)
        {
            var kind = head.Slice(at, 4);
            var size = BinaryPrimitives.ReadUInt32LittleEndian(head[(at + 4)..]);
            at += 8;
            if (kind.SequenceEqual("data"u8))
            {
                // A length that the file does not hold, or none, as streams have it: how much there is, the decoder must say.
                return size > 0 && at + (long)size <= length && header is not null ? header with { At = at, Bytes = size } : null;
            }

            if (kind.SequenceEqual("fmt "u8) && size >= 16 && at + 16 <= head.Length)
            {
                header = Of(head.Slice(at, 16).ToArray());
            }

            if (size > head.Length)
            {
                return null;
            }

            at += (int)(size + (size & 1));
        }

        return null;
    }

    /// <summary>A file of the samples alone: whatever else it told of itself is left out.</summary>
    public byte[] Anonymous(ReadOnlySpan<byte> file)
    {
        var bytes = (int)Bytes;
        var plain = new byte[44 + bytes + (bytes & 1)];
        "RIFF"u8.CopyTo(plain);
        BinaryPrimitives.WriteInt32LittleEndian(plain.AsSpan(4), plain.Length - 8);
        "WAVEfmt "u8.CopyTo(plain.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(plain.AsSpan(16), Format.Length);
        Format.CopyTo(plain.AsSpan(20));
        "data"u8.CopyTo(plain.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(plain.AsSpan(40), bytes);
        file.Slice(At, bytes).CopyTo(plain.AsSpan(44));
        return plain;
    }

    /// <summary>The waveform, of all channels together, from as many values a second as ffmpeg is asked for.</summary>
    public Peaks Peaks(ReadOnlySpan<byte> file)
    {
        var peaks = new Peaks();
        var samples = file.Slice(At, (int)Bytes);
        var (loudest, width) = (0f, Bits / 8);
        for (var n = 0; (n + 1) * Block <= samples.Length; n++)
        {
            var sum = 0f;
            for (var channel = 0; channel < Channels; channel++)
            {
                sum += Sample(samples.Slice((n * Block) + (channel * width), width));
            }

            loudest = Math.Max(loudest, Math.Abs(sum / Channels));
            for (var value = n * (long)PeakRate / Rate; value < (n + 1L) * PeakRate / Rate; value++)
            {
                peaks.Add(loudest);
                loudest = 0;
            }
        }

        return peaks;
    }

    /// <returns>Null where its numbers do not fit together, or where it is none of the plain kinds.</returns>
    private static WaveHeader? Of(byte[] format)
    {
        var (tag, channels, bits) = (BinaryPrimitives.ReadUInt16LittleEndian(format), BinaryPrimitives.ReadUInt16LittleEndian(format.AsSpan(2)), BinaryPrimitives.ReadUInt16LittleEndian(format.AsSpan(14)));
        var (rate, bytes, block) = (BinaryPrimitives.ReadUInt32LittleEndian(format.AsSpan(4)), BinaryPrimitives.ReadUInt32LittleEndian(format.AsSpan(8)), BinaryPrimitives.ReadUInt16LittleEndian(format.AsSpan(12)));
        var codec = bits switch { 8 => "pcm_u8", 16 => "pcm_s16le", _ => "" };
        return tag == Pcm && codec.Length > 0 && channels > 0 && rate is >= PeakRate and <= 1_000_000 && block == channels * bits / 8 && bytes == (long)rate * block
            ? new WaveHeader(codec, channels, (int)rate, bits, format, 0, 0) : null;
    }

    private static float Sample(ReadOnlySpan<byte> at) => at.Length == 1 ? (at[0] - 128) / 128f : BinaryPrimitives.ReadInt16LittleEndian(at) / 32_768f;
}
