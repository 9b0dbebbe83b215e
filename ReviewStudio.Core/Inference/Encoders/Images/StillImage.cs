using System.Runtime.InteropServices;
using SkiaSharp;

namespace ReviewStudio.Core.Inference.Encoders.Images;

/// <summary>A decoded picture as the encoders take it: opaque, 8 bits a channel, upright.</summary>
public sealed class StillImage : IDisposable
{
    /// <summary>The most pixels that are decoded here, 100 million: 400 MB.</summary>
    public const long MostPixels = 100_000_000;

    private static readonly SKSamplingOptions Larger = new(SKFilterMode.Linear);
    private static readonly SKSamplingOptions Smaller = new(SKFilterMode.Linear, SKMipmapMode.Linear);

    private StillImage(SKBitmap bitmap) => Bitmap = bitmap;

    public int Width => Bitmap.Width;

    public int Height => Bitmap.Height;

    internal SKBitmap Bitmap { get; }

    /// <summary>Decodes a file. For files from outside, decode in a process of its own and hand over the pixels.</summary>
    /// <exception cref="InvalidDataException">It is no picture, is damaged, or has too many pixels; the message says which.</exception>
    public static StillImage Decode(ReadOnlySpan<byte> file)
    {
        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data) ?? throw new InvalidDataException("This is no picture that can be read, or it is damaged.");
        var size = codec.Info;
        if ((long)size.Width * size.Height > MostPixels)
        {
            throw new InvalidDataException($"The picture has {size.Width} × {size.Height} pixels; at most {MostPixels:N0} are read. Scale it down.");
        }

        var bitmap = new SKBitmap(new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        if (codec.GetPixels(bitmap.Info, bitmap.GetPixels()) is not SKCodecResult.Success)
        {
            bitmap.Dispose();
            throw new InvalidDataException("The picture is damaged or cut off.");
        }

        return new StillImage(bitmap);
    }

    /// <summary>Takes pixels that were decoded elsewhere.</summary>
    /// <param name="rgba">u8[height, width, 4], rows from the top, alpha ignored.</param>
    /// <exception cref="ArgumentException">The bytes do not fit the size.</exception>
    public static StillImage FromRgba(ReadOnlySpan<byte> rgba, int width, int height)
    {
        if (width <= 0 || height <= 0 || rgba.Length != (long)width * height * 4)
        {
            throw new ArgumentException($"{rgba.Length} bytes are no picture of {width} × {height}.", nameof(rgba));
        }

        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        rgba.CopyTo(Pixels(bitmap));
        return new StillImage(bitmap);
    }

    public void Dispose() => Bitmap.Dispose();

    /// <summary>The picture in another size, each side by itself: nothing is cropped. The caller disposes it.</summary>
    internal SKBitmap Resized(int width, int height) =>
        Bitmap.Resize(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque), width >= Width && height >= Height ? Larger : Smaller)
        ?? throw new InvalidDataException($"A picture of {Width} × {Height} could not be brought to {width} × {height}.");

    /// <summary>Resizes to a square and writes f32[size, size, RGB], each value times a factor plus an offset.</summary>
    internal void WriteSquare(Span<float> target, int size, float factor, float offset)
    {
        using var resized = Resized(size, size);
        var pixels = Pixels(resized);
        for (int i = 0, to = 0; i < pixels.Length; i += 4)
        {
            target[to++] = (pixels[i] * factor) + offset;
            target[to++] = (pixels[i + 1] * factor) + offset;
            target[to++] = (pixels[i + 2] * factor) + offset;
        }
    }

    /// <summary>The bytes of a bitmap without padding, RGBA.</summary>
    internal static Span<byte> Pixels(SKBitmap bitmap) => bitmap.GetPixelSpanWritable();
}

file static class BitmapBytes
{
    public static Span<byte> GetPixelSpanWritable(this SKBitmap bitmap)
    {
        var pixels = bitmap.GetPixelSpan();
        return MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(pixels), pixels.Length);
    }
}
