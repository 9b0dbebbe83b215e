using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;
using Microsoft.EntityFrameworkCore.Metadata.Conventions.Infrastructure;

namespace ReviewStudio.Core.Storage;

/// <summary>
/// On a foreign key by which no row is ever looked up: it gets no index, which every change of it would have to write as
/// well, and which on PostgreSQL turns an update within a page into one of all the table's indexes.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NeverLookedUpAttribute : Attribute;

/// <summary>Indexes foreign keys, but for those that are <see cref="NeverLookedUpAttribute"/>.</summary>
internal sealed class ForeignKeyIndexes(ProviderConventionSetBuilderDependencies dependencies) : ForeignKeyIndexConvention(dependencies)
{
    protected override IConventionIndex? CreateIndex(IReadOnlyList<IConventionProperty> properties, bool unique, IConventionEntityTypeBuilder entityTypeBuilder) =>
        properties is [{ PropertyInfo: { } property }] && property.IsDefined(typeof(NeverLookedUpAttribute), inherit: false)
            ? null
            : base.CreateIndex(properties, unique, entityTypeBuilder);
}
