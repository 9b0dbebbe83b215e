namespace ReviewStudio.Cli.Bench;

/// <summary>
/// What a made-up past looks like: of ten cases seven have one verdict, two have two and one has three, so that fourteen
/// verdicts make ten cases. A quarter of the content is bad, and a sixteenth of the verdicts wrong. Two who differ need a
/// third to settle it, and of what is to be settled a sixteenth still waits.
/// </summary>
/// <param name="Verdicts">By reviewers, without those on known answers and without adjudications; a multiple of fourteen.</param>
/// <param name="Reviewers">How many judge; the last of them settles and judges nothing else.</param>
internal sealed record PastShape(long Verdicts, int Reviewers, int Seed)
{
    public const int Days = 56;
    public const double Bad = 1.0 / 4, Wrong = 1.0 / 16, Unsettled = 1.0 / 16, Skipped = 1.0 / 50, OtherLanguage = 1.0 / 8;

    /// <summary>Of fourteen verdicts, the case and the turn of each.</summary>
    public static IReadOnlyList<int> CaseOf { get; } = [1, 2, 3, 4, 5, 6, 7, 8, 8, 9, 9, 10, 10, 10];

    /// <inheritdoc cref="CaseOf"/>
    public static IReadOnlyList<int> TurnOf { get; } = [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 2];

    /// <summary>Of ten cases, the last verdict.</summary>
    public static IReadOnlyList<int> LastOf { get; } = [1, 2, 3, 4, 5, 6, 7, 9, 11, 14];

    /// <summary>Of eight cases, the place in <see cref="PastPlaces"/>.</summary>
    public static IReadOnlyList<int> PlaceOf { get; } = [0, 0, 0, 0, 0, 1, 1, 2];

    public static PastShape Of(int verdicts, int reviewers, int seed) => new((verdicts + 13L) / 14 * 14, reviewers - 1, seed);

    public long Cases => Verdicts / 14 * 10;

    /// <summary>Cases whose answer is known; each reviewer has met each of them, which makes a fiftieth of the verdicts.</summary>
    public long Gold => Verdicts / 50 / Reviewers;

    public long Case(long verdict) => ((verdict - 1) / 14 * 10) + CaseOf[(int)((verdict - 1) % 14)];

    public int Turn(long verdict) => TurnOf[(int)((verdict - 1) % 14)];

    public long Last(long number) => ((number - 1) / 10 * 14) + LastOf[(int)((number - 1) % 10)];

    public int Place(long number) => PlaceOf[(int)(number % 8)];

    /// <summary>The place among the reviewers of who took a turn at a case.</summary>
    public int Reviewer(long number, int turn) => (int)(((Hash(number, 3) & 1023) + (ulong)(turn * 17)) % (ulong)Reviewers);

    public bool Truth(long number) => Draw(number, 1) < Bad;

    public bool Given(long number, int turn) => Truth(number) != Draw((number * 4) + turn, 2) < Wrong;

    /// <summary>Whether two reviewers differ and none has a majority.</summary>
    public bool Disputed(long number) => (number - 1) % 10 is 7 or 8 && Given(number, 0) != Given(number, 1);

    public bool Waits(long number) => Disputed(number) && Draw(number, 4) < Unsettled;

    /// <summary>The label that the case stands at; null while it waits to be settled.</summary>
    public bool? Label(long number) => (number - 1) % 10 == 9
        ? Enumerable.Range(0, 3).Count(turn => Given(number, turn)) >= 2
        : !Disputed(number) ? Given(number, 0) : Waits(number) ? null : Truth(number);

    public double Draw(long number, int salt) => (Hash(number, salt) & 1_048_575) / 1_048_576.0;

    /// <summary>By splitmix64.</summary>
    private ulong Hash(long number, int salt)
    {
        var z = (ulong)number + (ulong)((Seed * 31) + salt) * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
