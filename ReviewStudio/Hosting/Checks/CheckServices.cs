namespace ReviewStudio.Hosting.Checks;

internal static class CheckServices
{
    /// <summary>Registers every check in this program.</summary>
    public static IServiceCollection AddStudioChecks(this IServiceCollection services)
    {
        foreach (var type in typeof(CheckServices).Assembly.GetTypes().Where(t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(ISystemCheck))))
        {
            services.AddSingleton(typeof(ISystemCheck), type);
        }

        return services.AddSingleton<SystemReport>();
    }
}
