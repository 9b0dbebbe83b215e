using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Inference;
using ReviewStudio.Core.Inference.Fusion;
using ReviewStudio.Core.Training.Fusion;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Training.Fusion;

public sealed class MeasureFusionTests(Encoders encoders) : IClassFixture<Encoders>, IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Fused_head_beats_every_single_modality_on_posts_that_any_part_can_break()
    {
        LongSuites.Only();
        var path = Encoders.Data("multimodal", "digit_posts.jsonl");
        Encoders.Needed(encoders.Catalog.Images);
        Encoders.Needed(encoders.Catalog.Audio);
        Encoders.Needed(encoders.Catalog.Sentences);

        var result = await Measure().RunAsync(new(path, "label", "split"), Actor.System, TestContext.Current.CancellationToken);

        TestContext.Current.SendDiagnosticMessage($"fused {result.Fused.MacroF1.Point} ({result.Fused.MacroF1.Interval}), cross-validated {result.Fused.Report.MacroF1:0.000}");
        (result.Train, result.Test).ShouldBe((900, 300));
        var fused = result.Fused.MacroF1.Point.Value!.Value;
        fused.ShouldBeGreaterThanOrEqualTo(0.88);
        (fused - result.Single.Values.Max(s => s.MacroF1.Point.Value!.Value)).ShouldBeGreaterThanOrEqualTo(0.15);
        result.Single[Modality.Text].Ceiling!.Value.ShouldBe(0.7226, 1e-3);
        result.Single[Modality.Image].Ceiling!.Value.ShouldBe(0.7226, 1e-3);
        result.Single[Modality.Audio].Ceiling!.Value.ShouldBe(0.6925, 1e-3);
    }

    [Theory]
    [InlineData("""{"parts":[],"label":"ok","split":"train"}""", "posts.no-split")]
    [InlineData("""{"parts":[{"modality":"smell","text":"x"}],"label":"ok","split":"train"}""", "posts.bad-line")]
    [InlineData("""{"parts":[{"modality":"text","text":"x"}],"split":"train"}""", "posts.bad-line")]
    [InlineData("no json", "posts.bad-line")]
    [InlineData("", "posts.empty")]
    [InlineData("""
        {"parts":[{"modality":"image","path":"missing.jpg"}],"label":"ok","split":"train"}
        {"parts":[{"modality":"text","text":"x"}],"label":"ok","split":"test"}
        """, "posts.bad-media")]
    public async Task A_file_that_cannot_be_used_is_refused_with_a_reason(string content, string code)
    {
        var path = Path.Combine(_folder.Path, "posts.jsonl");
        await File.WriteAllTextAsync(path, content, TestContext.Current.CancellationToken);

        (await Should.ThrowAsync<RefusedException>(() => Measure().RunAsync(new(path, "label", "split"), Actor.System, TestContext.Current.CancellationToken))).Code.ShouldBe(code);
    }

    public void Dispose() => _folder.Dispose();

    private MeasureFusion Measure() => new(new PartVectorizer(encoders.Catalog, new TextVectorizer(encoders.Catalog)));
}
