using ReviewStudio.Core.Metrics;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Metrics;

public sealed class StudentTTests
{
    /// <summary>From printed tables of the distribution.</summary>
    [Theory]
    [InlineData(0.975, 1, 12.7062)]
    [InlineData(0.975, 2, 4.3027)]
    [InlineData(0.975, 3, 3.1824)]
    [InlineData(0.975, 4, 2.7764)]
    [InlineData(0.95, 5, 2.0150)]
    [InlineData(0.995, 10, 3.1693)]
    [InlineData(0.975, 30, 2.0423)]
    [InlineData(0.975, 1000, 1.9623)]
    public void Quantile_is_that_of_the_tables(double p, int degrees, double expected)
    {
        StudentT.Quantile(p, degrees).ShouldBe(expected, 5e-5);
        StudentT.Quantile(1 - p, degrees).ShouldBe(-expected, 5e-5);
    }

    [Fact]
    public void Median_is_zero() => StudentT.Quantile(0.5, 4).ShouldBe(0, 1e-9);

    [Fact]
    public void Interval_of_a_mean_is_wider_than_the_normal_one()
    {
        // Mean 3, deviation √2.5, five values: 3 ± 2.7764·√2.5/√5.
        var interval = StudentT.OfMean([1, 2, 3, 4, 5])!.Value;

        interval.Lower.ShouldBe(3 - 1.96324, 1e-4);
        interval.Upper.ShouldBe(3 + 1.96324, 1e-4);
    }

    [Fact]
    public void One_value_has_no_interval() => StudentT.OfMean([0.5]).ShouldBeNull();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Level_outside_of_the_open_unit_interval_is_refused(double p) =>
        Should.Throw<ArgumentOutOfRangeException>(() => StudentT.Quantile(p, 3));
}
