using FluentValidation;
using Microsoft.AspNetCore.Components;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Security;

namespace ReviewStudio.Components;

/// <summary>A page on which things are done: who does them, what came of it in words, and an end when the page is left.</summary>
public abstract class ActingPage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private Dictionary<string, string[]> _mistakes = [];

    [Inject]
    public ActorAccessor Actors { get; set; } = null!;

    /// <summary>What went wrong, in words for the person; null when nothing did.</summary>
    public string? Failure { get; set; }

    /// <summary>What was done, in words; null when nothing was.</summary>
    public string? Done { get; set; }

    public bool Busy { get; private set; }

    protected Actor Actor { get; private set; } = Actor.System;

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _gone.Cancel();
            _gone.Dispose();
        }
    }

    /// <summary>What the validator said of a value, by the path of its property.</summary>
    protected IReadOnlyList<string> At(string property) => _mistakes.GetValueOrDefault(property) ?? [];

    protected async Task KnowActorAsync() => Actor = await Actors.CurrentAsync();

    /// <summary>Does something; a refusal becomes words on the page.</summary>
    /// <returns>Whether it was done.</returns>
    protected async Task<bool> TryAsync(Func<CancellationToken, Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        (Busy, Failure, Done) = (true, null, null);
        _mistakes = [];
        try
        {
            await work(_gone.Token);
            return true;
        }
        catch (ValidationException e)
        {
            _mistakes = e.Errors.GroupBy(f => f.PropertyName, StringComparer.Ordinal)
                .ToDictionary(g => g.Key, g => g.Select(f => f.ErrorMessage).Distinct(StringComparer.Ordinal).ToArray(), StringComparer.Ordinal);
        }
        catch (RefusedException e)
        {
            Failure = e.Message;
        }
        catch (ForbiddenException e)
        {
            Failure = e.Message;
        }
        catch (OperationCanceledException)
        {
            // The page is gone.
        }
        finally
        {
            Busy = false;
        }

        return false;
    }
}
