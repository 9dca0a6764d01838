using System.Net.Http.Json;
using System.Text.Json;
using CustomerTrack.Live;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerTrack.Api;

/// <summary>The OpenAPI document against the endpoints that there are.</summary>
public sealed class ApiDescriptionTests(LiveSite site) : IClassFixture<LiveSite>
{
    private static readonly string[] Described = ["/api/", "/healthz/", "/metrics", "/openapi/"];

    [Fact]
    public async Task Every_endpoint_is_described_with_its_parameters_answers_and_who_may_call_it()
    {
        using var http = site.As(LiveSite.Reader);
        var document = await http.GetFromJsonAsync<JsonElement>("openapi/v1.json", TestContext.Current.CancellationToken);
        var paths = document.GetProperty("paths");
        var operations = paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}")).ToHashSet();
        var endpoints = site.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => (Endpoint: endpoint, Pattern: "/" + endpoint.RoutePattern.RawText!.TrimStart('/').Replace("{documentName}", "v1", StringComparison.Ordinal)))
            .Where(one => Described.Any(prefix => one.Pattern.StartsWith(prefix, StringComparison.Ordinal))).ToList();

        Assert.True(endpoints.Count >= 9, $"{endpoints.Count} endpoints.");
        Assert.Equal(
            endpoints.SelectMany(one => (one.Endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(method => $"{method} {one.Pattern}")).Order(StringComparer.Ordinal),
            operations.Order(StringComparer.Ordinal));

        foreach (var (endpoint, pattern) in endpoints)
        {
            var method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods[0] ?? "GET";
            var operation = paths.GetProperty(pattern).GetProperty(method.ToLowerInvariant());
            Assert.False(string.IsNullOrEmpty(operation.GetProperty("summary").GetString()));
            var answers = operation.GetProperty("responses").EnumerateObject().Select(answer => answer.Name).ToList();
            Assert.Contains(answers, code => code.StartsWith('2'));
            var isOpen = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;
            Assert.Equal(isOpen, !operation.TryGetProperty("security", out var security));
            if (!isOpen)
            {
                Assert.Equal([ApiDescription.KeyScheme, ApiDescription.TokenScheme], security.EnumerateArray().SelectMany(scheme => scheme.EnumerateObject()).Select(scheme => scheme.Name));
                Assert.Contains("401", answers);
                Assert.Contains("403", answers);
                Assert.Contains("Needs the role", operation.GetProperty("description").GetString(), StringComparison.Ordinal);
            }

            var parameters = operation.TryGetProperty("parameters", out var stated) ? stated.EnumerateArray().ToList() : [];
            Assert.All(parameters, parameter => Assert.False(string.IsNullOrEmpty(parameter.GetProperty("description").GetString()), $"{pattern}: {parameter}"));
            Assert.Equal(
                endpoint.RoutePattern.Parameters.Select(parameter => parameter.Name).Where(name => name != "documentName").Order(StringComparer.Ordinal),
                parameters.Where(parameter => parameter.GetProperty("in").GetString() == "path").Select(parameter => parameter.GetProperty("name").GetString()).Order(StringComparer.Ordinal));
        }

        Assert.Equal(["apiKey", "bearer"], document.GetProperty("components").GetProperty("securitySchemes").EnumerateObject().Select(scheme => scheme.Name));
        var feed = paths.GetProperty("/api/{dimension}/changes").GetProperty("get");
        Assert.Equal(["Last-Event-ID", "dimension", "field", "key"], feed.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()).Order(StringComparer.Ordinal));
        Assert.True(feed.GetProperty("responses").GetProperty("200").GetProperty("content").TryGetProperty("text/event-stream", out _));
    }
}
