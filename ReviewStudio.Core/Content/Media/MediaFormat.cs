namespace ReviewStudio.Core.Content.Media;

/// <summary>A kind of media that is taken in.</summary>
/// <param name="Name">For people: <c>JPEG</c>.</param>
/// <param name="Type">For browsers: <c>image/jpeg</c>.</param>
/// <param name="Modality">What it is to a reviewer.</param>
/// <param name="Demuxer">The one reader that ffmpeg may open it with.</param>
public sealed record MediaFormat(string Name, string Type, Modality Modality, string Demuxer)
{
    public static MediaFormat Jpeg { get; } = new("JPEG", "image/jpeg", Modality.Image, "jpeg_pipe");

    public static MediaFormat Png { get; } = new("PNG", "image/png", Modality.Image, "png_pipe");

    public static MediaFormat WebP { get; } = new("WebP", "image/webp", Modality.Image, "webp_pipe");

    public static MediaFormat Gif { get; } = new("GIF", "image/gif", Modality.Image, "gif");

    public static MediaFormat Avif { get; } = new("AVIF", "image/avif", Modality.Image, "mov");

    public static MediaFormat Wav { get; } = new("WAV", "audio/wav", Modality.Audio, "wav");

    public static MediaFormat Mp3 { get; } = new("MP3", "audio/mpeg", Modality.Audio, "mp3");

    public static MediaFormat Ogg { get; } = new("OGG", "audio/ogg", Modality.Audio, "ogg");

    public static MediaFormat Flac { get; } = new("FLAC", "audio/flac", Modality.Audio, "flac");

    public static MediaFormat M4a { get; } = new("M4A", "audio/mp4", Modality.Audio, "mov");

    public static MediaFormat Mp4 { get; } = new("MP4", "video/mp4", Modality.Video, "mov");

    public static MediaFormat Mov { get; } = new("MOV", "video/quicktime", Modality.Video, "mov");

    public static MediaFormat WebM { get; } = new("WebM", "video/webm", Modality.Video, "matroska");

    public static MediaFormat Mkv { get; } = new("MKV", "video/x-matroska", Modality.Video, "matroska");

    public static IReadOnlyList<MediaFormat> All { get; } = [Jpeg, Png, WebP, Gif, Avif, Wav, Mp3, Ogg, Flac, M4a, Mp4, Mov, WebM, Mkv];

    /// <exception cref="InvalidOperationException">No such type is taken in.</exception>
    public static MediaFormat Of(string type) => All.First(f => string.Equals(f.Type, type, StringComparison.Ordinal));
}
