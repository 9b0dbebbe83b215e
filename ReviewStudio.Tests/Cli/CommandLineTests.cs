using System.Net;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Cli;

/// <summary>The program as its operator meets it: messages on standard error, exit codes as the README tells them.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData(2, "is no verb", "frobnicate")]
    [InlineData(2, "--queue", "train")]
    [InlineData(1, "nowhere", "train", "--queue", "nowhere")]
    [InlineData(1, "missing.csv", "import", "missing.csv", "--queue", "nowhere")]
    [InlineData(1, "nowhere", "models", "list", "--policy", "nowhere")]
    [InlineData(1, "nowhere", "snapshot", "diff", "nowhere", "elsewhere")]
    public async Task Wrong_call_ends_with_its_code_and_names_the_problem(int code, string words, params string[] arguments)
    {
        var (ended, said, complained) = await RunAsync(arguments);

        ended.ShouldBe(code, complained);
        (said + complained).ShouldContain(words);
        complained.ShouldNotContain("   at ");
    }

    [Theory]
    [InlineData("Jobs__Lease", "00:00:00", "Jobs:Lease")]
    [InlineData("Training__External__mine__Command", "", "Training:External")]
    [InlineData("Training__Gates__Confidence", "2", "Training:Gates")]
    [InlineData("Storage__Provider", "Oracle", "Storage:Provider")]
    [InlineData("Proxy__Addresses__0", "proxy.example", "Proxy:Addresses")]
    public async Task Setting_that_cannot_be_is_told_at_the_start_by_its_name(string name, string value, string words)
    {
        var (ended, _, complained) = await RunAsync(["serve", "--urls", "http://127.0.0.1:0"], (name, value));

        ended.ShouldBe(1, complained);
        complained.ShouldContain(words);
        complained.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Address_that_is_taken_is_told()
    {
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var (ended, _, complained) = await RunAsync(["serve", "--urls", $"http://{taken.LocalEndpoint}"]);

        ended.ShouldBe(1, complained);
        complained.ShouldContain("--urls");
    }

    public void Dispose() => _folder.Dispose();

    private async Task<(int Code, string Said, string Complained)> RunAsync(string[] arguments, params (string, string)[] environment)
    {
        using var process = StudioProgram.Start([.. arguments, "--data-folder", _folder.Path], [.. environment, ("ASPNETCORE_ENVIRONMENT", "Production")], readErrors: true);
        var complained = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, said, await complained);
    }
}
