namespace ReviewStudio.Cli.Bench;

/// <summary>Made-up posts of a realistic length, 8 to 30 words, the same for the same seed and number.</summary>
internal sealed class MadeUpText(int seed)
{
    private static readonly string[] Words =
        ("the a and you is to of it that in what for this my on with not be are was have just so like all your me do get out up love people time day "
         + "know think really never good bad great stupid liar idiot friend family city game music weather police school work home street night morning "
         + "über naïve señor café привет 日本 🙂 😡 https://example.org/post #news @someone").Split(' ');

    public string Of(int number)
    {
        var state = (((ulong)(uint)seed << 32) ^ (uint)number) + 0x9E3779B97F4A7C15UL;
        var count = 8 + (int)(Next(ref state) % 23);
        var text = new System.Text.StringBuilder(200);
        for (var i = 0; i < count; i++)
        {
            text.Append(i == 0 ? "" : " ").Append(Words[(int)(Next(ref state) % (uint)Words.Length)]);
        }

        return text.ToString();
    }

    /// <summary>SplitMix64 (Steele, Lea and Flood, 2014).</summary>
    private static ulong Next(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
