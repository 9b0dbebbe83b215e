using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using ReviewStudio.Core.Queue;

namespace ReviewStudio.Migrations.PostgreSql;

/// <summary>What the model says to PostgreSQL alone.</summary>
internal sealed class PostgreSqlModel(ModelCustomizerDependencies dependencies) : RelationalModelCustomizer(dependencies)
{
    public override void Customize(ModelBuilder modelBuilder, DbContext context)
    {
        base.Customize(modelBuilder, context);

        // Each claim leaves a dead entry at the head of the pending index, where the next claim begins. So the table is
        // vacuumed after a number of changes, however large it is, and without the pauses that vacuum makes by default.
        // The server's autovacuum_naptime bounds how soon that comes.
        modelBuilder.Entity<ReviewTask>()
            .HasStorageParameter("fillfactor", 80)
            .HasStorageParameter("autovacuum_vacuum_scale_factor", 0)
            .HasStorageParameter("autovacuum_vacuum_threshold", 2_000)
            .HasStorageParameter("autovacuum_vacuum_cost_delay", 0)
            .HasStorageParameter("autovacuum_analyze_scale_factor", 0.02);
    }
}
