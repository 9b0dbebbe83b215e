using ReviewStudio.Core.Inference.Encoders;

namespace ReviewStudio.Hosting.Checks;

/// <summary>Which encoders this installation has.</summary>
internal sealed class EncoderCheck(EncoderCatalog encoders) : ISystemCheck
{
    public int Order => 30;

    public Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Finding>>(
        [.. encoders.States().Select(state => state.Available
            ? new Finding($"Encoder {state.Card.Name}", Health.Ok, $"{state.Card.Purpose}. {state.Card.Package}, {state.Card.Licence}. {state.Card.Limits}")
            : new Finding($"Encoder {state.Card.Name}", Health.Warning, "Missing; the program works on n-grams without it.", state.Problem))]);
}
