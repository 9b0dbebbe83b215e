using Microsoft.Data.SqlClient;
using Xunit;

namespace ReviewStudio.Tests.Fixtures;

/// <summary>Databases on a SQL Server that somebody else runs: migrations make them, and each goes with its test.</summary>
public static class SqlServerDatabase
{
    /// <summary>Holds the connection string of an account that may make databases.</summary>
    public const string Variable = "REVIEWSTUDIO_TEST_SQLSERVER";

    /// <summary>The connection string of a database that is not there yet; skips the test where no server is named.</summary>
    public static string New()
    {
        var server = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(server), $"{Variable} names no SQL Server");
        return new SqlConnectionStringBuilder(server) { InitialCatalog = $"studio_{Guid.NewGuid():N}" }.ToString();
    }

    public static async Task DropAsync(string connectionString)
    {
        var builder = new SqlConnectionStringBuilder(connectionString);
        var database = builder.InitialCatalog;
        SqlConnection.ClearAllPools();
        builder.InitialCatalog = "master";
        await using var connection = new SqlConnection(builder.ToString());
        await connection.OpenAsync();
        await using var command = new SqlCommand(
            """
            DECLARE @sql nvarchar(max) = N'ALTER DATABASE ' + QUOTENAME(@name) + N' SET SINGLE_USER WITH ROLLBACK IMMEDIATE; DROP DATABASE ' + QUOTENAME(@name);
            IF DB_ID(@name) IS NOT NULL EXEC sp_executesql @sql;
            """,
            connection);
        command.Parameters.AddWithValue("@name", database);
        await command.ExecuteNonQueryAsync();
    }
}
