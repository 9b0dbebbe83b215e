using System.Text.Json.Serialization;
using FluentValidation;
using ReviewStudio.Core.Content.Import;
using ReviewStudio.Core.Scanning.Media;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Core.Scanning;

/// <summary>Content that somebody wants to publish.</summary>
/// <param name="Source">The service that asks.</param>
/// <param name="ExternalId">The content's id there. A changed text under the same id is kept as an item of its own.</param>
/// <param name="Text">The text; absent where the parts say it all.</param>
/// <param name="Parts">Texts and media in their order, after <paramref name="Text"/> where that is given too.</param>
/// <param name="Language">A code such as <c>en</c>; detected when absent.</param>
/// <param name="Policies">Keys of the policies to scan by; absent for all that are set up for it.</param>
/// <param name="BudgetMilliseconds">How long scoring may take, 5 to 10,000 ms; when absent 1,000, and 5,000 where there are media. What is late gets the policy's stated fallback.</param>
/// <param name="DryRun">True to be told and nothing else: nothing is kept, drawn or counted.</param>
public sealed record ScanRequest(
    string Source, string ExternalId, string? Text = null, string? Language = null, string? Author = null, string? Thread = null, string? ReplyTo = null,
    IReadOnlyList<string>? Policies = null, int? BudgetMilliseconds = null, bool DryRun = false,
    IReadOnlyList<ScanPart>? Parts = null)
{
    /// <summary>Scoring time where none is asked for.</summary>
    public const int UsualBudget = 1_000;

    /// <summary>Scoring time where none is asked for and media have to be looked at.</summary>
    public const int UsualMediaBudget = 5_000;

    /// <summary>Parts that came beside the request, with their files received already.</summary>
    [JsonIgnore]
    public IReadOnlyList<ScannedPart> Uploaded { get; init; } = [];
}

/// <summary>A text or media on their way through a scan: one of the three.</summary>
/// <param name="Media">The SHA-256 of media that are kept here already.</param>
/// <param name="Base64">The bytes of a file.</param>
public sealed record ScanPart(string? Text = null, string? Media = null, string? Base64 = null);

/// <summary>What a scan must fulfil.</summary>
public sealed class ScanRequestValidator : AbstractValidator<ScanRequest>
{
    /// <summary>Most parts of a scan, beside its text.</summary>
    public const int MostParts = 8;

    public ScanRequestValidator()
    {
        RuleFor(r => r.Source).NotEmpty().WithMessage("Name the source: with the external id it tells items apart.").MaximumLength(128).WithMessage("A source has at most 128 characters.");
        RuleFor(r => r.ExternalId).Must(id => !string.IsNullOrWhiteSpace(id)).WithMessage("Give the content's id at its source.").MaximumLength(240).WithMessage("An external id has at most 240 characters here.");
        RuleFor(r => r.Text).Must((r, text) => !string.IsNullOrWhiteSpace(text) || r.Parts is { Count: > 0 } || r.Uploaded.Count > 0).WithMessage("There is no text to scan.")
            .MaximumLength(RowMapper.LongestText).WithMessage($"A text has at most {RowMapper.LongestText:N0} characters. Scan it in pieces.");
        RuleFor(r => r.Parts).Must((r, parts) => (parts?.Count ?? 0) + r.Uploaded.Count <= MostParts).WithMessage($"A scan has at most {MostParts} parts.")
            .Must(parts => parts is null || parts.All(p => new[] { p.Text, p.Media, p.Base64 }.Count(v => !string.IsNullOrWhiteSpace(v)) == 1)).WithMessage("A part is a text, or the hash of media, or the base64 of a file.")
            .Must((r, parts) => (parts ?? []).Select(p => p.Text).Concat(r.Uploaded.Select(p => p.Text)).All(t => t is null || t.Length <= RowMapper.LongestText)).WithMessage($"A text has at most {RowMapper.LongestText:N0} characters. Scan it in pieces.");
        RuleFor(r => r.Language).Must(code => string.IsNullOrEmpty(code) || RowMapper.Code(code) is not null).WithMessage("A language is a code such as en or de; leave it out to have it detected.");
        RuleFor(r => r.Author).MaximumLength(ModelConventions.KeyedStringLength).WithMessage($"An author has at most {ModelConventions.KeyedStringLength} characters.");
        RuleFor(r => r.Thread).MaximumLength(ModelConventions.KeyedStringLength).WithMessage($"A thread has at most {ModelConventions.KeyedStringLength} characters.");
        RuleFor(r => r.ReplyTo).MaximumLength(256).WithMessage("An external id has at most 256 characters.");
        RuleFor(r => r.Policies).Must(keys => keys is null or { Count: >= 1 and <= 50 }).WithMessage("Name 1 to 50 policies, or leave them out for all.");
        RuleFor(r => r.BudgetMilliseconds).Must(ms => ms is null or (>= 5 and <= 10_000)).WithMessage("The budget is 5 to 10,000 milliseconds.");
    }
}
