using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ReviewStudio.Core.Inference.Encoders.Images;

namespace ReviewStudio.Core.Inference.Media;

/// <summary>In which way a content was seen.</summary>
public enum ContentView
{
    /// <summary>N-grams and sentence embedding of a text, also of one that was read in a picture.</summary>
    Text,

    /// <summary>Image features and layout of a picture, or the mean of those of a video's frames.</summary>
    Image,

    /// <summary>Speech embedding of a sound, or of the sound of a video.</summary>
    Audio,
}

/// <summary>What an encoder of one version saw of one content: computed once and kept (law 4), whatever items hold it.</summary>
public sealed class ContentVector
{
    /// <summary>SHA-256 of the media's bytes; of a text, <see cref="OfText"/>.</summary>
    public string ContentHash { get; set; } = "";

    public ContentView View { get; set; }

    public string EncoderVersion { get; set; } = "";

    /// <summary>Floats as float16; of a text, in the form of <see cref="VectorCodec"/>.</summary>
    public byte[] Data { get; set; } = [];

    /// <summary>What a text is kept under: the same text in another language is seen otherwise.</summary>
    public static string OfText(TextInput text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{text.Language}\n{text.Text}")));

    /// <summary>Features, layout and classes of a picture, one after another.</summary>
    public static byte[] Write(ImageFeatures image) => VectorCodec.WriteDense([.. image.Features, .. image.Layout, .. image.Classes]);

    /// <exception cref="InvalidDataException">The bytes are none that <see cref="Write"/> made.</exception>
    public static ImageFeatures ReadImage(ReadOnlySpan<byte> bytes)
    {
        const int Layout = ImageEncoder.Dimensions, Classes = Layout + ImageEncoder.LayoutDimensions;
        var values = VectorCodec.ReadDense(bytes);
        return values.Length == Classes + ImageEncoder.ClassNames.Count
            ? new ImageFeatures(values[..Layout], values[Layout..Classes], values[Classes..])
            : throw new InvalidDataException("A stored vector of a picture is cut off or damaged.");
    }
}

internal sealed class ContentVectorConfiguration : IEntityTypeConfiguration<ContentVector>
{
    public void Configure(EntityTypeBuilder<ContentVector> builder)
    {
        builder.HasKey(v => new { v.ContentHash, v.View, v.EncoderVersion });
        builder.Property(v => v.ContentHash).HasMaxLength(64);
        builder.Property(v => v.EncoderVersion).HasMaxLength(128);
    }
}
