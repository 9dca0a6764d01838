using Microsoft.AspNetCore.Authorization;
using Microsoft.OpenApi;

namespace CustomerTrack.Api;

/// <summary>What the OpenAPI document says that no endpoint says by itself: who may call it, and the endpoints that others bring along.</summary>
internal static class ApiDescription
{
    public const string KeyScheme = "apiKey";
    public const string TokenScheme = "bearer";

    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new()
            {
                Title = "CustomerTrack",
                Version = typeof(ApiDescription).Assembly.GetName().Version?.ToString(3) ?? "1",
                Description = "Customers as they are, as they were, and as they change. Every error is a problem document (RFC 9457).",
            };
            document.Components ??= new();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [KeyScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = ApiKeyHandler.Header, Description = "A key that is configured. Needed as soon as one is." },
                [TokenScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "The same key, or a token of the OpenID provider where one is configured." },
            };
            document.Paths.Add("/metrics", Text("GetMetrics", "Metrics for Prometheus.", "text/plain", document));
            document.Paths.Add("/openapi/v1.json", Text("GetDescription", "This document.", "application/json", document));
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
            if (!metadata.OfType<IAllowAnonymous>().Any())
            {
                Guard(operation, context.Document!, metadata.OfType<IAuthorizeData>().Select(data => data.Policy).FirstOrDefault(policy => policy is not null) ?? nameof(ApiRole.Operate));
            }

            return Task.CompletedTask;
        });
    });

    // Mapped by packages, which describe nothing.
    private static OpenApiPathItem Text(string name, string summary, string type, OpenApiDocument document)
    {
        var operation = new OpenApiOperation
        {
            OperationId = name,
            Summary = summary,
            Responses = new() { ["200"] = new OpenApiResponse { Description = "OK", Content = new Dictionary<string, OpenApiMediaType> { [type] = new() } } },
        };
        Guard(operation, document, nameof(ApiRole.Read));
        return new() { Operations = new() { [HttpMethod.Get] = operation } };
    }

    private static void Guard(OpenApiOperation operation, OpenApiDocument document, string role)
    {
        operation.Description = $"{operation.Description}{(string.IsNullOrEmpty(operation.Description) ? "" : "\n\n")}Needs the role {role}, or one that includes it, where authentication is configured.";
        operation.Security =
        [
            new() { [new OpenApiSecuritySchemeReference(KeyScheme, document)] = [] },
            new() { [new OpenApiSecuritySchemeReference(TokenScheme, document)] = [] },
        ];
        operation.Responses ??= [];
        foreach (var (code, text) in new[] { ("401", "Nobody, or a key or token that is nobody's."), ("403", $"The role is not {role} and does not include it.") })
        {
            operation.Responses.TryAdd(code, new OpenApiResponse
            {
                Description = text,
                Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new() },
            });
        }
    }
}
