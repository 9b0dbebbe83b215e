using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using ReviewStudio.Security;

namespace ReviewStudio.Api;

/// <summary>Says in the API's description what no endpoint says of itself: how to sign in, which scope and roles are needed, how errors look.</summary>
internal sealed class ApiDocument : IOpenApiDocumentTransformer, IOpenApiOperationTransformer
{
    private const string Key = "ApiKey";

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "ReviewStudio",
            Version = "v1",
            Description = "Send an API key as 'Authorization: Bearer rs_…'. Errors are problem details (RFC 9457) with a stable 'code'. Lists are read page by page: send 'after' as it stood in 'next'.",
        };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal);
        document.Components.SecuritySchemes[Key] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key, made on the page API keys." };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Key, document)] = [] }];
        return Task.CompletedTask;
    }

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var scope = metadata.OfType<NeededScope>().LastOrDefault()?.Name;
        var roles = metadata.OfType<IAuthorizeData>().Select(a => a.Policy).OfType<string>().SelectMany(policy => Access.Roles.GetValueOrDefault(policy, [])).Distinct(StringComparer.Ordinal);
        operation.Description = $"{(scope is null ? "Takes no API key." : $"Scope: `{scope}`.")} Roles: {string.Join(", ", roles.Append("Admin"))}.";
        operation.Responses ??= [];
        foreach (var (status, words) in new[] { ("401", "Not signed in: `auth.missing` or `key.invalid`"), ("403", "Not allowed: `key.scope` or `auth.role`"), ("429", "Too many requests: `rate.limit`") })
        {
            operation.Responses.TryAdd(status, new OpenApiResponse { Description = words });
        }

        return Task.CompletedTask;
    }
}
