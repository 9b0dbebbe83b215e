using Microsoft.AspNetCore.Authorization;
using ReviewStudio.Security;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ReviewStudio.Api;

/// <summary>What all endpoints share.</summary>
internal static class ApiSetup
{
    public static IServiceCollection AddStudioApi(this IServiceCollection services)
    {
        services.AddProblemDetails();
        services.AddSingleton<ApiAddresses>();

        // In development too: what is not understood is answered with 400, not as a fault.
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = false);
        services.AddOpenApi(options =>
        {
            options.ShouldInclude = address => address.RelativePath?.StartsWith("api/v1", StringComparison.Ordinal) == true;
            options.AddDocumentTransformer<ApiDocument>().AddOperationTransformer<ApiDocument>();
        });
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, RefusedCallers>();
        services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false)));
        return services;
    }

    /// <summary>Names the scope that a key needs here; without one, no key is taken.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder endpoint, string scope)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new NeededScope(scope));
}
