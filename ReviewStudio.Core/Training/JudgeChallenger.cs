using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using ReviewStudio.Core.Content;
using ReviewStudio.Core.Datasets;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Policies;
using ReviewStudio.Core.Queue;
using ReviewStudio.Core.Storage;
using ReviewStudio.Core.Training.Gates;

namespace ReviewStudio.Core.Training;

/// <summary>Puts a challenger to its gates on the policy's frozen set (law 6).</summary>
public sealed class JudgeChallenger(
    Database database, HeadRegistry heads, ItemInputs inputs, PolicyBook policies, LabelMaps maps, IOptions<TrainingOptions> options) : IUseCase
{
    public async Task<GateReport> RunAsync(Head challenger, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(challenger);
        var version = await policies.VersionAsync(challenger.PolicyVersionId, stop);
        var keys = version.Labels.ConvertAll(l => l.Key);
        var champion = await heads.ChampionAsync(challenger.PolicyId, stop);
        var readsParts = challenger.ReadsParts || champion?.Head.ReadsParts == true;
        var members = (await database.ReadAsync(db => MembersAsync(db, challenger.PolicyId, readsParts, stop), stop)).Where(m => keys.Contains(m.Label)).ToList();
        var models = new[] { new ServingHead(challenger, heads.Model(challenger.FileHash)), champion }.OfType<ServingHead>().ToList();
        var rows = new Dictionary<bool, List<HeadInput>>();
        foreach (var kind in models.Select(m => m.Model.ReadsParts).Distinct())
        {
            var byItem = await inputs.GetAsync(members.ConvertAll(m => m.Item), kind, stop);
            rows[kind] = members.ConvertAll(m => byItem[m.Item]);
        }

        var input = new GateInput(
            keys,
            [.. members.Select(m => keys.IndexOf(m.Label))],
            champion is null ? null : await PredictAsync(champion, version, keys, rows[champion.Model.ReadsParts], stop),
            await PredictAsync(models[0], version, keys, rows[models[0].Model.ReadsParts], stop),
            [
                new GateSlicing("language", members.ConvertAll(m => (string?)m.Language)),
                .. readsParts ? new[] { new GateSlicing("modality", members.ConvertAll(m => (string?)m.Modality)) } : [],
            ],
            []);
        return PromotionGate.Evaluate(input, options.Value.Gates);
    }

    private async Task<IReadOnlyList<float[]>> PredictAsync(
        ServingHead head, PolicyVersion version, List<string> keys, List<HeadInput> rows, CancellationToken stop)
    {
        var own = HeadLabels.Keys(head.Head);
        var probabilities = head.Model.Predict(rows);
        if (own.SequenceEqual(keys, StringComparer.Ordinal))
        {
            return probabilities;
        }

        // A champion of an earlier version answers in the labels of its own; it is measured by what they are called now.
        var map = head.Head.PolicyVersionId == version.Id
            ? LabelMap.Identity(own)
            : await maps.BetweenAsync(head.Head.PolicyVersionId, version.Id, stop);
        return Array.ConvertAll(probabilities, p => map.Project(own, p, keys));
    }

    /// <summary>Cases that one of the heads can read. Both are measured on the same: what a head does not look at counts against it.</summary>
    private static Task<List<Member>> MembersAsync(StudioDbContext db, long policyId, bool readsParts, CancellationToken stop) => (
        from set in db.Set<FrozenSet>()
        join member in db.Set<FrozenMember>() on set.Id equals member.FrozenSetId
        join reviewCase in db.Set<ReviewCase>() on member.CaseId equals reviewCase.Id
        join item in ItemInputs.Ready(db, readsParts) on reviewCase.ItemId equals item.Id
        where set.PolicyId == policyId && set.ForGates
        orderby member.CaseId
        select new Member(item.Id, member.LabelKey, item.Language, item.Modality)).ToListAsync(stop);

    private sealed record Member(long Item, string Label, string Language, string Modality);
}
