using Microsoft.EntityFrameworkCore;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Core.Storage;

namespace ReviewStudio.Hosting.Checks;

/// <summary>Whether the database answers and has the schema of this version, and whether somebody administers it.</summary>
internal sealed class DatabaseCheck(Database database, HasAdministrator administrators) : ISystemCheck
{
    public int Order => 20;

    public async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancellation)
    {
        var name = $"Database ({database.Provider.Name})";
        await using var db = await database.OpenForReadingAsync(cancellation);
        if (!await db.Database.CanConnectAsync(cancellation))
        {
            return [new(name, Health.Warning, "There is no database yet, or it does not answer.", "The first start of the program makes it. If it should be there, check Storage:Provider and Storage:ConnectionString.")];
        }

        var pending = (await db.Database.GetPendingMigrationsAsync(cancellation)).Count();
        if (pending > 0)
        {
            return [new(name, Health.Warning, $"{pending} schema changes of this version are not made yet.", "Start the program: it makes them. Copy the database before.")];
        }

        return
        [
            new(name, Health.Ok, "Answers, schema up to date"),
            await administrators.RunAsync(cancellation)
                ? new("Administrator", Health.Ok, "There is at least one who can sign in")
                : new("Administrator", Health.Warning, "There is none who can sign in.", "Open the one-time link in the program's log, or run: reviewstudio admin create --email you@example.org"),
        ];
    }
}
