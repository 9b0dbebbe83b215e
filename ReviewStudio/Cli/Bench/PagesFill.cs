using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Audit;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Labels.Gold;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Review;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Cli.Bench;

/// <summary>
/// Fills an installation with a past of several weeks: items that were judged by one to three reviewers, labels that came
/// of it, cases that were or wait to be settled, skips, and known answers with what reviewers made of them.
/// </summary>
/// <param name="verdicts">How many verdicts, about; adjudications and verdicts on known answers come on top.</param>
internal sealed class PagesFill(Database database, ReviewQueue queue, int verdicts, int seed)
{
    private const int Batch = 14_000;

    /// <summary>In a PostgreSQL server whose indexes are off.</summary>
    public async Task RunAsync(PostgreSqlRows rows, int items, IReadOnlyList<Actor> reviewers, CancellationToken stop)
    {
        var places = await PlacesAsync(stop);
        await new PostgreSqlPagesFill(rows, PastShape.Of(verdicts, reviewers.Count, seed), places, reviewers).RunAsync(items, stop);
    }

    /// <summary>Row by row, on any engine.</summary>
    public async Task RunAsync(IReadOnlyList<Actor> reviewers, CancellationToken stop)
    {
        var (shape, places) = (PastShape.Of(verdicts, reviewers.Count, seed), await PlacesAsync(stop));
        var now = TimeProvider.System.Instant();
        DateTime At(long verdict) => now.AddHours(-3).AddSeconds(-PastShape.Days * 86_400.0 * (shape.Verdicts - verdict) / shape.Verdicts);
        for (var from = 1L; from <= shape.Verdicts; from += Batch)
        {
            var numbers = Enumerable.Range(0, (int)Math.Min(Batch, shape.Verdicts - from + 1)).Select(i => from + i).ToList();
            await database.WriteAsync(db => JudgedAsync(db, shape, places, reviewers, numbers, At, stop), stop);
        }

        await database.WriteAsync(db => KnownAsync(db, shape, places[0], reviewers, At, stop), stop);
    }

    private Task<List<PastPlace>> PlacesAsync(CancellationToken stop) => database.WriteAsync(db => PastPlaces.OpenAsync(db, queue, stop), stop);

    internal static string Label(bool bad) => bad ? "bad" : "ok";

    private static async Task JudgedAsync(
        StudioDbContext db, PastShape shape, List<PastPlace> places, IReadOnlyList<Actor> reviewers, List<long> numbers, Func<long, DateTime> at, CancellationToken stop)
    {
        var caseNumbers = numbers.ConvertAll(shape.Case).Distinct().ToList();
        var cases = await CasesAsync(db, [.. caseNumbers.Select(n => (n, places[shape.Place(n)], shape.Label(n), false))], shape, n => at(shape.Last(n)), stop);
        var settled = caseNumbers.Where(shape.Disputed).ToList();
        var tasks = numbers.ConvertAll(v => Done(cases[shape.Case(v)], places[shape.Place(shape.Case(v))].Lane, TaskPurpose.Review, reviewers[shape.Reviewer(shape.Case(v), shape.Turn(v))], at(v)));
        var settling = settled.ConvertAll(n => shape.Waits(n)
            ? new ReviewTask { CaseId = cases[n].Id, LaneId = places[shape.Place(n)].Settling, Purpose = TaskPurpose.Adjudication, Rank = shape.Draw(n, 5), Message = "Reviewers differ." }
            : Done(cases[n], places[shape.Place(n)].Settling, TaskPurpose.Adjudication, reviewers[^1], at(shape.Last(n))));
        await db.InsertAsync([.. tasks, .. settling], stop);
        var given = numbers.Select((v, i) => Judged(tasks[i], places[shape.Place(shape.Case(v))], shape, shape.Case(v), shape.Given(shape.Case(v), shape.Turn(v)), at(v)))
            .Concat(settled.Select((n, i) => (n, i)).Where(s => !shape.Waits(s.n)).Select(s => Judged(settling[s.i], places[shape.Place(s.n)], shape, s.n, shape.Truth(s.n), at(shape.Last(s.n))))).ToList();
        await db.InsertAsync(given, stop);
        var last = given.GroupBy(v => v.CaseId).ToDictionary(g => g.Key, g => g.Last());
        await db.InsertAsync([.. caseNumbers.Where(n => shape.Label(n) is not null).Select(n => Example(cases[n], shape.Disputed(n) ? "adjudicated" : (n - 1) % 10 == 9 ? "majority" : "single", last[cases[n].Id]))], stop);
        await db.InsertAsync([.. caseNumbers.Where(n => shape.Draw(n, 6) < PastShape.Skipped).Select(n => new TaskSkip { CaseId = cases[n].Id, ReviewerId = reviewers[shape.Reviewer(n, 3)].ReviewerId, Reason = "unclear", At = at(shape.Last(n)) })], stop);
        await db.InsertAsync([.. given.Select(v => new AuditEvent { At = v.CreatedAt, ActorId = v.ReviewerId, ActorName = "bench", Action = "verdict.recorded", SubjectKind = "case", SubjectId = Guid.CreateVersion7() })], stop);
        await db.InsertAsync(
            [.. given.Where(v => v.CreatedAt > TimeProvider.System.Instant().AddDays(-30)).Select(v => new OutboxMessage { Topic = OutboxTopics.VerdictRecorded, SubjectId = v.PublicId, CreatedAt = v.CreatedAt, NotBefore = v.CreatedAt, SentAt = v.CreatedAt })], stop);
    }

    private static async Task KnownAsync(StudioDbContext db, PastShape shape, PastPlace place, IReadOnlyList<Actor> reviewers, Func<long, DateTime> at, CancellationToken stop)
    {
        var numbers = Enumerable.Range(1, (int)shape.Gold).Select(q => shape.Cases + q).ToList();
        var cases = await CasesAsync(db, numbers.ConvertAll(n => (n, place, (bool?)shape.Truth(n), true)), shape, _ => at(1), stop);
        await db.InsertAsync(numbers.ConvertAll(n => new GoldAnswer { CaseId = cases[n].Id, LabelKey = Label(shape.Truth(n)), Origin = "import", Explanation = "Known.", CreatedAt = at(1) }), stop);
        await db.InsertAsync(numbers.ConvertAll(n => Example(cases[n], "gold", null)), stop);
        var met = numbers.SelectMany(n => Enumerable.Range(0, shape.Reviewers).Select(r => (Number: n, Reviewer: r))).OrderBy(m => shape.Draw((m.Number * 64) + m.Reviewer, 7)).ToList();
        DateTime Then(int i) => at(Math.Max(1, shape.Verdicts * (i + 1) / met.Count));
        var tasks = met.Select((m, i) => Done(cases[m.Number], place.Lane, TaskPurpose.Gold, reviewers[m.Reviewer], Then(i))).ToList();
        await db.InsertAsync(tasks, stop);
        await db.InsertAsync([.. met.Select((m, i) => Judged(tasks[i], place, shape, m.Number, shape.Truth(m.Number) != MissesKnown(shape, m.Number, m.Reviewer), Then(i)))], stop);
    }

    /// <summary>One known answer in fifty is wrong itself, and most reviewers miss it.</summary>
    private static bool MissesKnown(PastShape shape, long number, int reviewer) => shape.Draw((number * 64) + reviewer, 8) < (number % 50 == 0 ? 0.8 : PastShape.Wrong);

    private static async Task<Dictionary<long, ReviewCase>> CasesAsync(
        StudioDbContext db, List<(long Number, PastPlace Place, bool? Label, bool Gold)> rows, PastShape shape, Func<long, DateTime> at, CancellationToken stop)
    {
        var items = rows.ConvertAll(r => new Item
        {
            Source = "bench", ExternalId = FormattableString.Invariant($"judged-{r.Number}"), Language = shape.Draw(r.Number, 9) < PastShape.OtherLanguage ? "de" : "en", IngestedAt = at(r.Number),
        });
        await db.InsertAsync(items, stop);
        await db.InsertAsync(items.ConvertAll(i => new ItemPart { ItemId = i.Id, Modality = Modality.Text, Text = "A post that was judged." }), stop);
        var cases = rows.Select((r, i) => new ReviewCase
        {
            ItemId = items[i].Id, PolicyId = r.Place.PolicyId, PolicyVersionId = r.Place.VersionId, QueueId = r.Place.QueueId, ArrivedAt = at(r.Number), Gold = r.Gold, Stratum = "unscored",
            State = r.Label is null ? CaseState.Escalated : CaseState.Labelled, LabelKey = r.Label is { } bad ? Label(bad) : null,
        }).ToList();
        await db.InsertAsync(cases, stop);
        return rows.Select((r, i) => (r.Number, Case: cases[i])).ToDictionary(r => r.Number, r => r.Case);
    }

    private static ReviewTask Done(ReviewCase of, long lane, TaskPurpose purpose, Actor by, DateTime at) =>
        new() { CaseId = of.Id, LaneId = lane, Purpose = purpose, State = TaskState.Done, ReviewerId = by.ReviewerId, FencingToken = 1, ClaimedAt = at };

    private static Verdict Judged(ReviewTask task, PastPlace place, PastShape shape, long number, bool bad, DateTime at) => new()
    {
        TaskId = task.Id, CaseId = task.CaseId, ReviewerId = task.ReviewerId!.Value, LabelKey = Label(bad), FencingToken = 1, PolicyVersionId = place.VersionId, HeadId = place.HeadId,
        Probabilities = Core.Inference.Probabilities.Write(shape.Truth(number) != shape.Draw(number, 10) < 0.15 ? [0.2f, 0.8f] : [0.8f, 0.2f]), RankReason = "near the line", Purpose = task.Purpose,
        Stratum = "unscored", PredictionShown = shape.Draw(number, 11) < 0.8, InAuditSample = shape.Draw(number, 12) < 0.02, ElapsedMilliseconds = 500 + (int)(shape.Draw(task.Id, 13) * 9_000), CreatedAt = at,
    };

    private static LabelledExample Example(ReviewCase of, string method, Verdict? by) => new()
    {
        CaseId = of.Id, PolicyId = of.PolicyId, PolicyVersionId = of.PolicyVersionId, LabelKey = of.LabelKey, Confidence = 1, Method = method, Reviewers = 1, VerdictId = by?.Id, CreatedAt = by?.CreatedAt ?? of.ArrivedAt,
    };
}
