using System.Globalization;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Labels.Gold;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Cli.Bench;

/// <summary>The past of <see cref="PagesFill"/>, made by a PostgreSQL server itself behind the waiting tasks.</summary>
internal sealed class PostgreSqlPagesFill(PostgreSqlRows rows, PastShape shape, IReadOnlyList<PastPlace> places, IReadOnlyList<Actor> reviewers)
{
    private const int Batch = 50_000;

    private readonly DateTime _now = TimeProvider.System.Instant();

    /// <summary>Tables that are filled beside those of the waiting tasks.</summary>
    public static IReadOnlyList<Type> Tables { get; } = [typeof(Verdict), typeof(LabelledExample), typeof(GoldAnswer), typeof(TaskSkip), typeof(AuditEvent), typeof(OutboxMessage)];

    /// <param name="items">Waiting tasks that are there: keys go on behind them.</param>
    public async Task RunAsync(int items, CancellationToken stop)
    {
        for (var group = 0L; group < shape.Verdicts / 14; group += Batch)
        {
            var groups = Math.Min(Batch, (shape.Verdicts / 14) - group);
            await CasesAsync(Cases((group * 10) + 1, (group + groups) * 10, items), stop);
            await JudgedAsync((group * 14) + 1, (group + groups) * 14, items, stop);
            await SettledAsync(Cases((group * 10) + 1, (group + groups) * 10, items), items, stop);
            await Console.Error.WriteLineAsync(FormattableString.Invariant($"{(group + groups) * 14:N0} of {shape.Verdicts:N0} verdicts"));
        }

        await KnownAsync(items, stop);
    }

    private async Task CasesAsync(string source, CancellationToken stop)
    {
        await ItemsAsync(source, stop);
        await rows.InsertAsync(
            new ReviewCase { Stratum = "unscored" }, source, stop, ("ItemId", "n"), ("PolicyId", Of(p => p.PolicyId)), ("PolicyVersionId", Of(p => p.VersionId)), ("QueueId", Of(p => p.QueueId)), ("ArrivedAt", "at"),
            ("State", $"CASE WHEN waits THEN {(int)CaseState.Escalated} ELSE {(int)CaseState.Labelled} END"), ("LabelKey", $"CASE WHEN NOT waits THEN {Key("label")} END"));
    }

    private async Task ItemsAsync(string source, CancellationToken stop)
    {
        await rows.InsertAsync(new Item { Source = "bench" }, source, stop, ("ExternalId", "'judged-' || c"), ("Language", $"CASE WHEN {Draw("c", 9, PastShape.OtherLanguage)} THEN 'de' ELSE 'en' END"), ("IngestedAt", "at"));
        await rows.InsertAsync(new ItemPart { Modality = Modality.Text, Text = "A post that was judged." }, source, stop, ("ItemId", "n"));
    }

    private async Task JudgedAsync(long from, long to, int items, CancellationToken stop)
    {
        string Source(long key) => $"""
            (SELECT {key} + v AS n, v, c, {items} + c AS owner, {Given("c", "r")} AS given, {Truth("c")} AS truth, {At("v")} AS at, {Reviewer("c", "r")} AS judge FROM
                (SELECT v, (v - 1) / 14 * 10 + {Pick(PastShape.CaseOf, "(v - 1) % 14")} AS c, {Pick(PastShape.TurnOf, "(v - 1) % 14")} AS r FROM generate_series({from}::bigint, {to}::bigint) AS v) AS turns) AS judged
            """;
        await rows.InsertAsync(new ReviewTask { State = TaskState.Done, FencingToken = 1 }, Source(items), stop, ("CaseId", "owner"), ("LaneId", Of(p => p.Lane)), ("ReviewerId", "judge"), ("ClaimedAt", "at"));
        await VerdictsAsync(TaskPurpose.Review, Source(0), $"{items} + v", "given", stop);
        await rows.InsertAsync(new AuditEvent { ActorName = "bench", Action = "verdict.recorded", SubjectKind = "case" }, Source(0), stop, ("At", "at"), ("ActorId", "judge"), ("SubjectId", "gen_random_uuid()"));
        await rows.InsertAsync(
            new OutboxMessage { Topic = OutboxTopics.VerdictRecorded }, $"{Source(0)} WHERE at > {Instant(_now.AddDays(-30))}", stop, ("SubjectId", "gen_random_uuid()"), ("CreatedAt", "at"), ("NotBefore", "at"), ("SentAt", "at"));
    }

    private async Task SettledAsync(string cases, int items, CancellationToken stop)
    {
        await rows.InsertAsync(
            new ReviewTask { Purpose = TaskPurpose.Adjudication, Message = "Reviewers differ." }, $"(SELECT c, at, waits, n AS owner, {items + shape.Verdicts} + c AS n FROM {cases} WHERE disputed) AS settling", stop,
            ("CaseId", "owner"), ("LaneId", Of(p => p.Settling)), ("Rank", $"({Hash("c", 5)} & 1048575) / 1048576.0"), ("State", $"CASE WHEN waits THEN {(int)TaskState.Pending} ELSE {(int)TaskState.Done} END"),
            ("ReviewerId", $"CASE WHEN NOT waits THEN {reviewers[^1].ReviewerId} END"), ("FencingToken", "CASE WHEN waits THEN 0 ELSE 1 END"), ("ClaimedAt", "CASE WHEN NOT waits THEN at END"));
        await VerdictsAsync(
            TaskPurpose.Adjudication, $"(SELECT c, at, truth, n AS owner, {reviewers[^1].ReviewerId} AS judge, {shape.Verdicts} + c AS n FROM {cases} WHERE disputed AND NOT waits) AS settled", $"{items} + n", "truth", stop);
        await rows.InsertAsync(
            new LabelledExample { Confidence = 1, Reviewers = 1 }, $"(SELECT c, at, label, disputed, last, n AS owner, c AS n FROM {cases} WHERE NOT waits) AS labelled", stop,
            ("CaseId", "owner"), ("PolicyId", Of(p => p.PolicyId)), ("PolicyVersionId", Of(p => p.VersionId)), ("LabelKey", Key("label")), ("CreatedAt", "at"),
            ("Method", "CASE WHEN disputed THEN 'adjudicated' WHEN (c - 1) % 10 = 9 THEN 'majority' ELSE 'single' END"), ("VerdictId", $"CASE WHEN disputed THEN {shape.Verdicts} + c ELSE last END"));
        await rows.InsertAsync(
            new TaskSkip { Reason = "unclear" }, $"(SELECT c, at, n AS owner, c AS n FROM {cases} WHERE {Draw("c", 6, PastShape.Skipped)}) AS skipped", stop, ("CaseId", "owner"), ("ReviewerId", Reviewer("c", "3")), ("At", "at"));
    }

    private async Task KnownAsync(int items, CancellationToken stop)
    {
        var first = At("1");
        var cases = $"(SELECT {items} + c AS n, c, {first} AS at, {Truth("c")} AS truth FROM generate_series({shape.Cases + 1}::bigint, {shape.Cases + shape.Gold}::bigint) AS c) AS known";
        await ItemsAsync(cases, stop);
        var place = places[0];
        await rows.InsertAsync(
            new ReviewCase { Stratum = "unscored", PolicyId = place.PolicyId, PolicyVersionId = place.VersionId, QueueId = place.QueueId, State = CaseState.Labelled, Gold = true }, cases, stop,
            ("ItemId", "n"), ("ArrivedAt", "at"), ("LabelKey", Key("truth")));
        await rows.InsertAsync(new GoldAnswer { Origin = "import", Explanation = "Known." }, $"(SELECT c, at, truth, n AS owner, c AS n FROM {cases}) AS answers", stop, ("CaseId", "owner"), ("LabelKey", Key("truth")), ("CreatedAt", "at"));
        await rows.InsertAsync(
            new LabelledExample { Confidence = 1, Reviewers = 1, Method = "gold", PolicyId = place.PolicyId, PolicyVersionId = place.VersionId }, $"(SELECT c, at, truth, n AS owner, c AS n FROM {cases}) AS answers", stop,
            ("CaseId", "owner"), ("LabelKey", Key("truth")), ("CreatedAt", "at"));

        // Each reviewer meets each, spread over the weeks; a verdict's key is its task's but for where they begin.
        string Met(long key) => $"""
            (SELECT {key} + i AS n, c, {items} + c AS owner, {Truth("c")} AS truth, {At($"greatest(1, {shape.Verdicts} * i / {Math.Max(1, shape.Gold * shape.Reviewers)})")} AS at, {Choose(reviewers.Select(r => r.ReviewerId), "r")} AS judge,
                {Truth("c")} <> (CASE WHEN c % 50 = 0 THEN {Draw("c * 64 + r", 8, 0.8)} ELSE {Draw("c * 64 + r", 8, PastShape.Wrong)} END) AS given
            FROM (SELECT {shape.Cases} + 1 + (i - 1) / {shape.Reviewers} AS c, (i - 1) % {shape.Reviewers} AS r, i FROM generate_series(1::bigint, {shape.Gold * shape.Reviewers}::bigint) AS i) AS meetings) AS met
            """;
        var behind = shape.Verdicts + shape.Cases;
        await rows.InsertAsync(
            new ReviewTask { Purpose = TaskPurpose.Gold, State = TaskState.Done, FencingToken = 1, LaneId = place.Lane }, Met(items + behind), stop, ("CaseId", "owner"), ("ReviewerId", "judge"), ("ClaimedAt", "at"));
        await VerdictsAsync(TaskPurpose.Gold, Met(behind), $"{items} + n", "given", stop, place);
    }

    private Task VerdictsAsync(TaskPurpose purpose, string source, string task, string given, CancellationToken stop, PastPlace? place = null) => rows.InsertAsync(
        new Verdict { Purpose = purpose, FencingToken = 1, RankReason = "near the line", Stratum = "unscored" }, source, stop,
        ("TaskId", task), ("CaseId", "owner"), ("ReviewerId", "judge"), ("LabelKey", Key(given)), ("CreatedAt", "at"),
        ("PolicyVersionId", place is null ? Of(p => p.VersionId) : $"{place.VersionId}"), ("HeadId", place is null ? Of(p => p.HeadId) : $"{place.HeadId}"),
        ("Probabilities", $"CASE WHEN truth <> {Draw("c", 10, 0.15)} THEN '{Bytes(0.2f, 0.8f)}'::bytea ELSE '{Bytes(0.8f, 0.2f)}'::bytea END"),
        ("PredictionShown", Draw("c", 11, 0.8)), ("InAuditSample", Draw("c", 12, 0.02)), ("ElapsedMilliseconds", $"(500 + ({Hash("n", 13)} & 8191))::int"));

    /// <summary>Cases with what became of them, with keys behind those of the waiting ones.</summary>
    private string Cases(long from, long to, int items) => $"""
        (SELECT {items} + c AS n, c, last, at, truth, disputed, disputed AND {Draw("c", 4, PastShape.Unsettled)} AS waits,
            CASE WHEN k = 9 THEN given0::int + given1::int + given2::int >= 2 WHEN disputed THEN truth ELSE given0 END AS label
        FROM (SELECT *, {At("last")} AS at, k IN (7, 8) AND given0 <> given1 AS disputed
            FROM (SELECT c, (c - 1) % 10 AS k, (c - 1) / 10 * 14 + {Pick(PastShape.LastOf, "(c - 1) % 10")} AS last, {Truth("c")} AS truth, {Given("c", "0")} AS given0, {Given("c", "1")} AS given1, {Given("c", "2")} AS given2
                FROM generate_series({from}::bigint, {to}::bigint) AS c) AS numbers) AS fates) AS cases
        """;

    private string Hash(string number, int salt) => $"hashint8extended({number}, {(shape.Seed * 31) + salt})";

    private string Draw(string number, int salt, double share) => string.Create(CultureInfo.InvariantCulture, $"(({Hash(number, salt)} & 1048575) < {share * 1_048_576:R})");

    private string Truth(string number) => Draw(number, 1, PastShape.Bad);

    private string Given(string number, string turn) => $"({Truth(number)} <> {Draw($"{number} * 4 + {turn}", 2, PastShape.Wrong)})";

    private string Reviewer(string number, string turn) => Choose(reviewers.Select(r => r.ReviewerId), $"(({Hash(number, 3)} & 1023) + {turn} * 17) % {shape.Reviewers}");

    private string At(string verdict) => string.Create(
        CultureInfo.InvariantCulture, $"({Instant(_now.AddHours(-3))} - make_interval(secs => {PastShape.Days * 86_400.0:R} * ({shape.Verdicts} - ({verdict})::bigint) / {shape.Verdicts}))");

    /// <summary>A column of the place of case c.</summary>
    private string Of(Func<PastPlace, long> column) => Choose(PastShape.PlaceOf.Select(p => column(places[p])), "c % 8");

    private static string Key(string bad) => $"CASE WHEN {bad} THEN 'bad' ELSE 'ok' END";

    private static string Instant(DateTime at) => string.Create(CultureInfo.InvariantCulture, $"timestamptz '{at:yyyy-MM-dd HH:mm:ss.ffffff}Z'");

    private static string Bytes(float ok, float bad) => $"\\x{Convert.ToHexStringLower(Core.Inference.Probabilities.Write([ok, bad]))}";

    private static string Pick(IEnumerable<int> values, string index) => $"(ARRAY[{string.Join(',', values)}])[({index})::int + 1]";

    private static string Choose(IEnumerable<long> values, string index) => $"(ARRAY[{string.Join(',', values)}]::bigint[])[({index})::int + 1]";
}
