using System.CommandLine;

namespace ReviewStudio.Cli.Bench;

/// <summary>One measurement of <c>bench</c>.</summary>
internal interface IBenchVerb
{
    Command Build(GlobalOptions options);
}

/// <summary>Measures the product against a bare baseline in the same run. Each measurement is a class of its own, found by scanning.</summary>
public sealed class BenchVerb : IVerb
{
    public Command Build(GlobalOptions options)
    {
        var bench = new Command("bench", "Measure speed and memory against a bare baseline in the same run, in an installation that is thrown away.");
        foreach (var type in typeof(BenchVerb).Assembly.GetTypes()
            .Where(t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(IBenchVerb))).OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            bench.Add(((IBenchVerb)Activator.CreateInstance(type)!).Build(options));
        }

        return bench;
    }
}
