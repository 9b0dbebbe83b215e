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

        // Each claim leaves a dead entry at the head of the pending index. Claims begin behind them (see LaneFloors), so a
        // vacuum of the table, which reads all its indexes, need not come at once: after a fiftieth of the rows, at full speed.
        modelBuilder.Entity<ReviewTask>()
            .HasStorageParameter("fillfactor", 80)
            .HasStorageParameter("autovacuum_vacuum_scale_factor", 0.02)
            .HasStorageParameter("autovacuum_vacuum_threshold", 2_000)
            .HasStorageParameter("autovacuum_vacuum_cost_delay", 0)
            .HasStorageParameter("autovacuum_analyze_scale_factor", 0.02);

        // A new head writes its prediction to every waiting case: with some room left in each page, none of the table's
        // indexes need be written for it.
        modelBuilder.Entity<ReviewCase>().HasStorageParameter("fillfactor", 80);
    }
}
