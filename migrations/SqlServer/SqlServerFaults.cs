using Microsoft.Data.SqlClient;

namespace ReviewStudio.Migrations.SqlServer;

/// <summary>Which failures of SQL Server pass, by their numbers.</summary>
internal static class SqlServerFaults
{
    private static readonly HashSet<int> Passing =
    [
        1205, // victim of a deadlock
        3960, // conflict of two transactions under snapshot isolation
        596, 6005, // the session was ended, the server shuts down
        64, 233, 10053, 10054, 10060, 10061, 11001, // the connection broke or was not had
        4060, 40197, 40501, 40613, 49918, 49919, 49920, 10928, 10929, // a database that moves or is busy (Azure)
    ];

    /// <summary>The mapper wraps what the driver throws.</summary>
    public static bool Pass(Exception? fault) => fault switch
    {
        null => false,
        SqlException said => said.Errors.Cast<SqlError>().Any(e => Passing.Contains(e.Number)),
        _ => Pass(fault.InnerException),
    };

    internal static bool Pass(int number) => Passing.Contains(number);
}
