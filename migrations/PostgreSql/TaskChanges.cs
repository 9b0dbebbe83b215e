using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ReviewStudio.Migrations.PostgreSql;

/// <summary>Notices contexts that change tasks, however they do it, so that floors are lowered with their commit.</summary>
internal sealed class TaskChanges : DbCommandInterceptor
{
    private readonly ConditionalWeakTable<DbContext, StrongBox<double>> _changing = [];

    /// <summary>Tells of a change that was not made by a command of the context.</summary>
    /// <param name="lowest">The lowest rank that a task was given, if that is known.</param>
    public void Note(DbContext context, double lowest = double.NegativeInfinity)
    {
        var known = _changing.GetValue(context, _ => new StrongBox<double>(double.PositiveInfinity));
        known.Value = Math.Min(known.Value, lowest);
    }

    /// <returns>The lowest rank that tasks may have been given by the context since the last call; null when it changed none.</returns>
    public double? Take(DbContext context)
    {
        var lowest = _changing.TryGetValue(context, out var known) ? known.Value : (double?)null;
        _changing.Remove(context);
        return lowest;
    }

    public override InterceptionResult<DbDataReader> ReaderExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        Look(command, eventData);
        return result;
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        Look(command, eventData);
        return new(result);
    }

    public override InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
    {
        Look(command, eventData);
        return result;
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Look(command, eventData);
        return new(result);
    }

    private void Look(DbCommand command, CommandEventData eventData)
    {
        var text = command.CommandText;
        if (eventData.Context is { } context && text.Contains("\"ReviewTask\"", StringComparison.Ordinal)
            && (text.Contains("UPDATE ", StringComparison.Ordinal) || text.Contains("INSERT ", StringComparison.Ordinal)))
        {
            Note(context);
        }
    }
}
