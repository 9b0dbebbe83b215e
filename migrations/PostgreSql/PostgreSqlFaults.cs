using System.Net.Sockets;
using Npgsql;

namespace ReviewStudio.Migrations.PostgreSql;

/// <summary>Which failures of PostgreSQL pass.</summary>
internal static class PostgreSqlFaults
{
    /// <summary>Said by the server: the transaction is rolled back, or the session was ended from outside, or no session can be had yet.</summary>
    private static readonly HashSet<string> Passing = new(StringComparer.Ordinal)
    {
        PostgresErrorCodes.SerializationFailure, PostgresErrorCodes.DeadlockDetected,
        PostgresErrorCodes.AdminShutdown, PostgresErrorCodes.CrashShutdown, PostgresErrorCodes.CannotConnectNow, PostgresErrorCodes.TooManyConnections,
        PostgresErrorCodes.ConnectionException, PostgresErrorCodes.ConnectionDoesNotExist, PostgresErrorCodes.ConnectionFailure,
    };

    /// <summary>The mapper wraps what the driver throws, some of it twice.</summary>
    public static bool Pass(Exception? fault) => fault switch
    {
        null => false,
        PostgresException said => Passing.Contains(said.SqlState),

        // Not a timeout: a statement that took too long will again.
        NpgsqlException { InnerException: IOException or SocketException } => true,
        NpgsqlException { InnerException: PostgresException said } => Passing.Contains(said.SqlState),
        _ => Pass(fault.InnerException),
    };
}
