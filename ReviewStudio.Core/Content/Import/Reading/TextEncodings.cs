using System.Text;

namespace ReviewStudio.Core.Content.Import.Reading;

/// <summary>How text files are decoded: UTF-8, or UTF-16 with a byte order mark.</summary>
internal static class TextEncodings
{
    /// <summary>Stands for bytes that are no text. A character that no text may contain, so that it cannot be mistaken.</summary>
    public const char Undecodable = '\uffff';

    private static readonly Encoding Utf8 = Strict("utf-8");

    public static bool IsUtf16(ReadOnlySpan<byte> start) =>
        start.StartsWith((ReadOnlySpan<byte>)[0xff, 0xfe]) || start.StartsWith((ReadOnlySpan<byte>)[0xfe, 0xff]);

    /// <param name="mark">Length of the byte order mark.</param>
    public static Encoding Of(ReadOnlySpan<byte> start, out int mark)
    {
        if (IsUtf16(start))
        {
            mark = 2;
            return Strict(start[0] == 0xff ? "utf-16" : "utf-16BE");
        }

        mark = start.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]) ? 3 : 0;
        return Utf8;
    }

    private static Encoding Strict(string name) =>
        Encoding.GetEncoding(name, EncoderFallback.ReplacementFallback, new DecoderReplacementFallback(Undecodable.ToString()));
}
