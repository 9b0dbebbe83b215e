using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReviewStudio.Api;

/// <summary>What all endpoints share.</summary>
internal static class ApiSetup
{
    public static IServiceCollection AddStudioApi(this IServiceCollection services)
    {
        services.AddProblemDetails();
        services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false)));
        return services;
    }
}
