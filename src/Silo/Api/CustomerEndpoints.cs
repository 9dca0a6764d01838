using System.ComponentModel;
using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Nodes;
using CustomerTrack.Audit;
using CustomerTrack.Detect;
using CustomerTrack.Dimensions;
using CustomerTrack.Emit;
using CustomerTrack.Records;
using Microsoft.AspNetCore.Mvc;

namespace CustomerTrack.Api;

/// <summary>Answers about one customer, straight from its grain.</summary>
internal static class CustomerEndpoints
{
    public static void MapCustomers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/{dimension}/{key}", GetAsync).WithName("GetVersion").RequireRole(ApiRole.ReadPii).ForKnownDimension()
            .WithSummary("The current version of a key, or the version that held at a sequence.")
            .Produces<JsonObject>(StatusCodes.Status200OK).ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapGet("/api/{dimension}/{key}/history", GetHistoryAsync).WithName("GetHistory").RequireRole(ApiRole.ReadPii).ForKnownDimension()
            .WithSummary("Every version of a key, oldest first.")
            .Produces<JsonArray>(StatusCodes.Status200OK);
    }

    private static async Task<IResult> GetAsync(
        [Description("The dimension's name.")] string dimension,
        [Description("The key in canonical text; several key columns are joined by |.")] string key,
        [FromQuery, Description("A sequence of the dimension: a number, or a timestamp (UTC where it has no offset). The version that held then is answered.")] string? asOf,
        IDimensionCatalog dimensions,
        IGrainFactory grains,
        FileNames names,
        AuditLog audit,
        ApiGate gate,
        ClaimsPrincipal user,
        CancellationToken cancellationToken)
    {
        var definition = dimensions.Known(dimension);
        var sequence = 0L;
        if (asOf is not null && !SequenceText.TryParse(asOf, definition.Sequence.Type, out sequence))
        {
            return ApiProblems.Wrong($"asOf is '{asOf}'; expected a {definition.Sequence.Type}.");
        }

        var grain = grains.GetGrain<ICustomerGrain>(CustomerKey.Of(dimension, key));
        var version = asOf is null ? await grain.GetCurrentAsync(cancellationToken) : await grain.GetAsOfAsync(sequence, cancellationToken);
        audit.Write(ApiCaller.Of(user, gate).Does(AuditAction.ReadVersion, dimension, [audit.HashOf(dimension, key)], version is null ? AuditOutcome.NotFound : AuditOutcome.Done));
        return version is null
            ? ApiProblems.NotFound(asOf is null ? "The key is unknown or deleted." : "No version of the key holds at that time.")
            : await JsonAsync(definition, [version], asArray: false, names, cancellationToken);
    }

    private static async Task<IResult> GetHistoryAsync(
        [Description("The dimension's name.")] string dimension,
        [Description("The key in canonical text; several key columns are joined by |.")] string key,
        IDimensionCatalog dimensions,
        IGrainFactory grains,
        FileNames names,
        AuditLog audit,
        ApiGate gate,
        ClaimsPrincipal user,
        CancellationToken cancellationToken)
    {
        var rows = await grains.GetGrain<ICustomerGrain>(CustomerKey.Of(dimension, key)).GetHistoryAsync(cancellationToken);
        var versions = rows.Where(row => row.State == RowState.Version).ToList();
        audit.Write(ApiCaller.Of(user, gate).Does(AuditAction.ReadHistory, dimension, [audit.HashOf(dimension, key)], versions.Count == 0 ? AuditOutcome.NotFound : AuditOutcome.Done));
        return versions.Count == 0
            ? ApiProblems.NotFound("The key is unknown.")
            : await JsonAsync(dimensions.Known(dimension), versions, asArray: true, names, cancellationToken);
    }

    private static async Task<IResult> JsonAsync(
        DimensionDefinition dimension, IReadOnlyList<Delta> versions, bool asArray, FileNames names, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await using (var json = new Utf8JsonWriter(buffer))
        {
            if (asArray)
            {
                json.WriteStartArray();
            }

            foreach (var version in versions)
            {
                VersionJson.Write(json, dimension, version, await names.OfAsync(version.File, cancellationToken));
            }

            if (asArray)
            {
                json.WriteEndArray();
            }
        }

        return TypedResults.Text(buffer.ToArray(), "application/json");
    }
}
