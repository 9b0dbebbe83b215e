namespace ReviewStudio.Core.Storage;

/// <summary>
/// Tries again what failed by no fault of its own: the victim of a deadlock, a connection that broke, a server that is
/// starting anew. Only for work that comes to the same however often it is done.
/// </summary>
internal static class Retrying
{
    /// <summary>Together these pauses last about three seconds: a server that fails over needs longer, and people should be told by then.</summary>
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(400), TimeSpan.FromMilliseconds(2_500)];

    public static async Task<T> RunAsync<T>(IDatabaseProvider provider, Func<Task<T>> work, CancellationToken cancellation)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await work();
            }
            catch (Exception e) when (tries < Pauses.Length && !cancellation.IsCancellationRequested && provider.IsPassing(e))
            {
                await Task.Delay(Pauses[tries], cancellation);
            }
        }
    }
}
