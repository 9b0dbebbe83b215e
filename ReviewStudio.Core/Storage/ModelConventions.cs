using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ReviewStudio.Core.Storage;

/// <summary>What holds for every table on every engine (law 12).</summary>
public static class ModelConventions
{
    /// <summary>Longest string that may be part of a key: SQL Server index keys end at 900 bytes, two bytes a character.</summary>
    public const int KeyedStringLength = 450;

    /// <summary>Marks a string property as free text of any length.</summary>
    public const int Unbounded = -1;

    internal static void Apply(ModelBuilder builder)
    {
        foreach (var foreignKey in builder.Model.GetEntityTypes().SelectMany(e => e.GetForeignKeys()).Where(k => !k.IsOwnership))
        {
            // Nothing is deleted by the way: SQL Server refuses multiple cascade paths, and history must not vanish. What an
            // entity owns is a part of its row.
            foreignKey.DeleteBehavior = DeleteBehavior.NoAction;
        }
    }
}

/// <summary>Stores instants as UTC and reads them back as UTC; refuses local times, which would sort wrongly.</summary>
public sealed class UtcInstantConverter() : ValueConverter<DateTime, DateTime>(
    value => Demand(value),
    value => DateTime.SpecifyKind(value, DateTimeKind.Utc))
{
    private static DateTime Demand(DateTime value) =>
        value.Kind == DateTimeKind.Utc
            ? value
            : throw new ArgumentException($"Instants are stored in UTC, but this one is {value.Kind}.", nameof(value));
}
