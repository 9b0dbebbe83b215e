using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Labels.Gold;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Labels.Agreements.Keeping;

/// <summary>Measures what a question asks for.</summary>
public sealed class FigureMaker(
    MeasureAgreement measure, CompareWithModel model, CompareVersions versions, SplitAgreement split, FindDisagreements find, ReadReviewerRecord reviewers, ReadGoldFigures gold, TimeProvider clock) : IUseCase
{
    /// <summary>The figures, of the type that <see cref="FigureKind"/> names.</summary>
    internal async Task<object> RunAsync(FigureQuestion question, CancellationToken cancellation)
    {
        var filter = question.Filter(clock.Instant());
        return question.Kind switch
        {
            FigureKind.Overview => new AgreementOverview(
                await measure.RunAsync(filter, Actor.System, cancellation), await model.RunAsync(filter, Actor.System, cancellation), await versions.VersionsAsync(question.PolicyId, cancellation)),
            FigureKind.Parts => await split.RunAsync(filter, question.Split!.Value, Actor.System, cancellation),
            FigureKind.Versions => await versions.RunAsync(filter with { PolicyVersion = null }, question.First!.Value, question.Second!.Value, Actor.System, cancellation),
            FigureKind.Cell => await find.CasesAsync(filter, question.Cell!, cancellation),
            FigureKind.Reviewer => await reviewers.RunAsync(filter, question.ReviewerId!.Value, Actor.System, cancellation),
            FigureKind.Gold => await gold.RunAsync(question.PolicyId, cancellation),
            var kind => throw new InvalidOperationException($"Nobody measures {kind}."),
        };
    }
}
