namespace ReviewStudio.Tests;
public sealed class Placeholder { [Xunit.Fact] public void Arithmetic_holds() => Shouldly.ShouldBeTestExtensions.ShouldBe(1 + 1, 2); }
