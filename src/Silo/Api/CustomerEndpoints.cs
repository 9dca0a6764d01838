using System.Text.Json;
using CustomerTrack.Detect;
using CustomerTrack.Dimensions;
using CustomerTrack.Emit;
using CustomerTrack.Records;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace CustomerTrack.Api;

/// <summary>Answers about one customer, straight from its grain.</summary>
internal static class CustomerEndpoints
{
    public static void MapCustomers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/{dimension}/{key}", GetAsync).WithName("GetVersion").RequireRole(ApiRole.ReadPii)
            .WithSummary("The current version of a key, or the version that held at a sequence.");
        routes.MapGet("/api/{dimension}/{key}/history", GetHistoryAsync).WithName("GetHistory").RequireRole(ApiRole.ReadPii)
            .WithSummary("Every version of a key, oldest first.");
    }

    private static async Task<IResult> GetAsync(
        string dimension,
        string key,
        [FromQuery] string? asOf,
        IDimensionCatalog dimensions,
        IGrainFactory grains,
        FileNames names,
        CancellationToken cancellationToken)
    {
        if (!dimensions.TryGet(dimension, out var definition))
        {
            return UnknownDimension(dimension, dimensions);
        }

        var sequence = 0L;
        if (asOf is not null && !SequenceText.TryParse(asOf, definition.Sequence.Type, out sequence))
        {
            return TypedResults.Problem($"asOf is '{asOf}'; expected a {definition.Sequence.Type}.", statusCode: StatusCodes.Status400BadRequest);
        }

        var grain = grains.GetGrain<ICustomerGrain>(CustomerKey.Of(dimension, key));
        var version = asOf is null ? await grain.GetCurrentAsync(cancellationToken) : await grain.GetAsOfAsync(sequence, cancellationToken);
        return version is null
            ? TypedResults.Problem(asOf is null ? "The key is unknown or deleted." : "No version of the key holds at that time.", statusCode: StatusCodes.Status404NotFound)
            : await JsonAsync(definition, [version], asArray: false, names, cancellationToken);
    }

    private static async Task<IResult> GetHistoryAsync(
        string dimension, string key, IDimensionCatalog dimensions, IGrainFactory grains, FileNames names, CancellationToken cancellationToken)
    {
        if (!dimensions.TryGet(dimension, out var definition))
        {
            return UnknownDimension(dimension, dimensions);
        }

        var rows = await grains.GetGrain<ICustomerGrain>(CustomerKey.Of(dimension, key)).GetHistoryAsync(cancellationToken);
        var versions = rows.Where(row => row.State == RowState.Version).ToList();
        return versions.Count == 0
            ? TypedResults.Problem("The key is unknown.", statusCode: StatusCodes.Status404NotFound)
            : await JsonAsync(definition, versions, asArray: true, names, cancellationToken);
    }

    internal static ProblemHttpResult UnknownDimension(string dimension, IDimensionCatalog dimensions) => TypedResults.Problem(
        $"There is no dimension '{dimension}'; there is {string.Join(", ", dimensions.All.Select(d => d.Name))}.", statusCode: StatusCodes.Status404NotFound);

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
