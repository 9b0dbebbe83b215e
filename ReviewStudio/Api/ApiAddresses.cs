using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using ReviewStudio.Security;

namespace ReviewStudio.Api;

/// <summary>An address of the API as the reference page shows it.</summary>
/// <param name="Body">The body's properties as JSON with their kinds; null where none is sent.</param>
/// <param name="BodyType">The body's media type.</param>
public sealed record ApiAddress(
    string Method, string Path, string Tag, string Summary, string Scope, IReadOnlyList<string> Roles, IReadOnlyList<string> Parameters, IReadOnlyList<int> Answers, string? Body, string BodyType)
{
    /// <summary>A call that can be copied.</summary>
    public string Example(string root) =>
        $"curl {(Method == "GET" ? "" : $"-X {Method} ")}-H \"Authorization: Bearer $KEY\"{(Body is null ? "" : $" -H \"Content-Type: {BodyType}\" -d '{Body}'")} \"{root.TrimEnd('/')}{Path}\"";
}

/// <summary>The addresses of the API, read from what is mapped.</summary>
public sealed class ApiAddresses(IEnumerable<EndpointDataSource> sources)
{
    private readonly Lazy<IReadOnlyList<ApiAddress>> _all = new(() => [.. Read(sources)]);

    public IReadOnlyList<ApiAddress> All => _all.Value;

    private static IEnumerable<ApiAddress> Read(IEnumerable<EndpointDataSource> sources) =>
        from endpoint in sources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>().DistinctBy(e => $"{e.DisplayName} {e.RoutePattern.RawText}")
        let path = endpoint.RoutePattern.RawText ?? ""
        let scope = endpoint.Metadata.GetMetadata<NeededScope>()?.Name
        where path.StartsWith("/api/v1", StringComparison.Ordinal) && scope is not null
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        let tag = endpoint.Metadata.GetMetadata<ITagsMetadata>()?.Tags.FirstOrDefault() ?? ""
        orderby tag, path, method
        select new ApiAddress(
            method, Plain(path), tag, endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary ?? "", scope,
            [.. endpoint.Metadata.OfType<IAuthorizeData>().Select(a => a.Policy).OfType<string>().SelectMany(p => Access.Roles.GetValueOrDefault(p, [])).Append("Admin").Distinct()],
            [.. Simple(endpoint).Where(p => !path.Contains($"{{{p}", StringComparison.OrdinalIgnoreCase))],
            [.. endpoint.Metadata.OfType<IProducesResponseTypeMetadata>().Select(p => p.StatusCode).Append(401).Append(403).Distinct().Order()],
            Body(endpoint), endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes.FirstOrDefault() ?? "application/json");

    private static string Plain(string path) => string.Join('/', path.Split('/').Select(part => part.StartsWith('{') && part.Contains(':', StringComparison.Ordinal) ? $"{part[..part.IndexOf(':', StringComparison.Ordinal)]}}}{part[(part.IndexOf('}', StringComparison.Ordinal) + 1)..]}" : part)).TrimEnd('/');

    private static ParameterInfo[] Arguments(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<MethodInfo>()?.GetParameters() ?? [];

    private static bool IsSimple(Type type) => (Nullable.GetUnderlyingType(type) ?? type) is { } plain && (plain.IsPrimitive || plain.IsEnum || plain == typeof(string) || plain == typeof(Guid) || plain == typeof(DateTime));

    private static IEnumerable<string> Simple(RouteEndpoint endpoint) => Arguments(endpoint).Where(p => IsSimple(p.ParameterType)).Select(p => p.Name ?? "");

    /// <summary>What is sent is the one argument that the framework reads from the body.</summary>
    private static string? Body(RouteEndpoint endpoint)
    {
        var accepted = endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
        return accepted is null ? null : $"{{ {string.Join(", ", accepted.GetProperties().Where(p => p.CanWrite || p.GetMethod is not null).Where(p => p.Name != "EqualityContract").Select(p => $"\"{char.ToLowerInvariant(p.Name[0])}{p.Name[1..]}\": {Kind(p.PropertyType)}"))} }}";
    }

    private static string Kind(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain switch
        {
            _ when plain == typeof(string) => "\"…\"",
            _ when plain == typeof(Guid) => "\"00000000-…\"",
            _ when plain == typeof(DateTime) => "\"2026-01-31T12:00:00Z\"",
            _ when plain == typeof(bool) => "true",
            { IsPrimitive: true } => "0",
            { IsEnum: true } => $"\"{char.ToLowerInvariant(Enum.GetNames(plain)[0][0])}{Enum.GetNames(plain)[0][1..]}\"",
            _ when plain != typeof(string) && plain.IsAssignableTo(typeof(System.Collections.IEnumerable)) => "[…]",
            _ => "{…}",
        };
    }
}
