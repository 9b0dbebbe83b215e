using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Review;

namespace ReviewStudio.Components.Pages.Review;

/// <summary>Records a verdict, also over a hiccup of the database: a dropped reply is no dropped verdict, the same id is sent again.</summary>
public sealed class VerdictSender(RecordVerdict record)
{
    private const int Attempts = 3;

    /// <exception cref="RefusedException">The verdict was refused; sending it again would not help.</exception>
    public async Task<RecordedVerdict> RunAsync(VerdictRequest request, Actor actor)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await record.RunAsync(request, actor, CancellationToken.None);
            }
            catch (Exception e) when (attempt < Attempts && e is not (RefusedException or ForbiddenException))
            {
                continue;
            }
        }
    }
}
