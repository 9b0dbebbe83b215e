using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Content.Import.Reading;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Labels;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Queue.Settings;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Storage.Jobs;

namespace ReviewStudio.Core.Training.Backtest;

/// <summary>
/// Fills a scratch installation for one seed: a policy from the file's labels, two queues, and the rows of the draw by
/// the real import, without their labels. All strategies of the seed begin from copies of it.
/// </summary>
internal sealed class PrepareSeed(IScratchStudio studio, BacktestData data, int seed)
{
    private const string Key = "backtest";
    private const string GateKey = "backtest-gate";
    private const string FrozenName = "Gate labels of the backtest";

    private readonly Database _database = studio.Get<Database>();

    public async Task<PlayedInstallation> RunAsync(BacktestDraw draw, CancellationToken cancellation)
    {
        await _database.MigrateAsync(cancellation);
        var version = await PolicyAsync(cancellation);
        await QueueAsync(Key, BacktestRequest.Baseline, cancellation);
        await QueueAsync(GateKey, BacktestRequest.Baseline, cancellation);
        await ImportAsync(Key, draw.Pool, cancellation);
        await ImportAsync(GateKey, draw.Gate, cancellation);

        // An empty set of the backtest's own: the loop would otherwise begin one from a tenth of the labels.
        await studio.Get<FreezeCases>().RunAsync(new FreezeRequest(version.PolicyId, FrozenName, []), Actor.System, cancellation);
        await _database.WriteAsync(db => SettleAsync(db, cancellation), cancellation);
        return await OpenAsync(studio, cancellation);
    }

    /// <summary>Reads the keys of a prepared installation or a copy of it.</summary>
    public static async Task<PlayedInstallation> OpenAsync(IScratchStudio studio, CancellationToken cancellation)
    {
        var (database, clock) = (studio.Get<Database>(), studio.Get<TimeProvider>());
        return await database.WriteAsync(
            async db =>
            {
                var reviewer = (await PastReviewers.FindAsync(db, clock, [Key], cancellation))[Key];
                var queues = await db.Set<ReviewQueue>().ToDictionaryAsync(q => q.Key, StringComparer.Ordinal, cancellation);
                var policyId = queues[Key].PolicyId;
                var rows = await (
                    from reviewCase in db.Set<ReviewCase>()
                    join item in db.Set<Item>() on reviewCase.ItemId equals item.Id
                    select new { reviewCase.Id, item.ExternalId }).ToListAsync(cancellation);
                return new PlayedInstallation(
                    new Actor(reviewer, Key, new HashSet<string>(StringComparer.Ordinal) { Roles.Moderator }),
                    policyId,
                    (await PolicyBook.InForceIdAsync(db, policyId, cancellation))!.Value,
                    queues[Key].Id,
                    queues[GateKey].Id,
                    rows.ToDictionary(r => r.Id, r => int.Parse(r.ExternalId, CultureInfo.InvariantCulture)));
            },
            cancellation);
    }

    private async Task<PolicyVersion> PolicyAsync(CancellationToken cancellation)
    {
        // Which label is the benign one matters to audits and severities alone, and neither is in play.
        var labels = data.File.Labels;
        var benign = labels.MaxBy(l => l.Rows);
        var content = new PolicyContent
        {
            Labels = [.. labels.Select(l => new LabelContent
            {
                Key = l.Key, Name = l.Value.Length <= 80 ? l.Value : l.Key, Colour = "#6b7280", Benign = l == benign,
            })],
        };
        await studio.Get<CreatePolicy>().RunAsync(new NewPolicy { Key = Key, Name = "Backtest", Content = content }, Actor.System, cancellation);
        var draft = await _database.ReadAsync(db => db.Set<PolicyVersion>().SingleAsync(cancellation), cancellation);
        await studio.Get<PublishPolicyVersion>().RunAsync(new Publication(Key, draft.ConcurrencyStamp, []), Actor.System, cancellation);
        return draft;
    }

    /// <summary>A queue that the strategy alone orders, without audit draws and without trainings of its own accord.</summary>
    private Task<Guid> QueueAsync(string key, string strategy, CancellationToken cancellation) => studio.Get<CreateQueue>().RunAsync(
        new NewQueue
        {
            Key = key,
            Policy = Key,
            Settings = new QueueSettings
            {
                Name = key, Strategy = strategy, UncertaintyWeight = 1, SeverityWeight = 0, ArrivalWeight = 0, UndoSeconds = 0,
                AuditRate = 1e-12, AuditDailyBudget = 0, RetrainEvery = 0, PromoteAutomatically = true,
            },
        },
        Actor.System,
        cancellation);

    private async Task ImportAsync(string queue, IReadOnlyList<int> rows, CancellationToken cancellation)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var relative = Path.Combine(queue, "rows.jsonl");
        var path = ImportFiles.Resolve(studio.Get<StudioFolders>(), relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllLinesAsync(
            path,
            rows.Select(r => JsonSerializer.Serialize(new { id = r.ToString(CultureInfo.InvariantCulture), text = data.File.Rows[r].Text, language = data.Languages[r] })),
            cancellation);
        var arguments = new ImportArguments
        {
            File = relative,
            FileName = "rows.jsonl",
            Format = SourceFormat.JsonLines,
            Queue = queue,
            Source = "backtest",
            Columns = new ColumnMapping { Id = "id", Text = "text", Language = "language" },
        };
        var jobId = await studio.Get<StartImport>().RunAsync(arguments, Actor.System, cancellation);
        await PlayedJob.RunAsync(studio, jobId, cancellation);
    }

    /// <summary>Stores the vectors that are known already, and gives the cases ids that the seed decides.</summary>
    private async Task SettleAsync(StudioDbContext db, CancellationToken cancellation)
    {
        var encoder = studio.Get<ItemVectors>().Version;
        var items = await db.Set<Item>().AsNoTracking().Select(i => new { i.Id, i.ExternalId }).ToListAsync(cancellation);
        foreach (var chunk in items.Chunk(2_000))
        {
            var rowOf = chunk.ToDictionary(i => i.Id, i => int.Parse(i.ExternalId, CultureInfo.InvariantCulture));
            db.AddRange(rowOf.Select(r => new ItemVector { ItemId = r.Key, EncoderVersion = encoder, Data = data.Vectors[r.Value] }));
            foreach (var reviewCase in await db.Set<ReviewCase>().Where(c => rowOf.Keys.Contains(c.ItemId)).ToListAsync(cancellation))
            {
                reviewCase.PublicId = BacktestDraw.CaseId(seed, rowOf[reviewCase.ItemId]);
            }

            await db.SaveChangesAsync(cancellation);
            db.ChangeTracker.Clear();
        }
    }
}
