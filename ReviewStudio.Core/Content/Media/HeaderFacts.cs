namespace ReviewStudio.Core.Content.Media;

/// <summary>
/// What the beginning of a plain file tells as surely as ffprobe would, so that no program need be started to ask: the
/// size of pictures, and the length of plain WAV files. Anything unusual is left to ffprobe.
/// </summary>
internal static class HeaderFacts
{
    /// <param name="head">The first bytes of the file.</param>
    /// <param name="length">Bytes of the file.</param>
    /// <returns>Null where the beginning does not tell.</returns>
    public static MediaFacts? Read(MediaFormat format, ReadOnlySpan<byte> head, long length) =>
        format == MediaFormat.Wav ? WaveHeader.Read(head, length) is { } wave ? new MediaFacts(null, null, wave.Duration, null, "", wave.Codec, 0) : null
        : PixelSize.Read(format, head) is { Width: > 0, Height: > 0 } size ? new MediaFacts(size.Width, size.Height, null, null, Codec(format), "", 0)
        : null;

    private static string Codec(MediaFormat format) => format == MediaFormat.Jpeg ? "mjpeg" : format.Name.ToLowerInvariant();
}
