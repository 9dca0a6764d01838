using System.ComponentModel;
using System.Security.Claims;
using CustomerTrack.Audit;
using CustomerTrack.Dimensions;
using CustomerTrack.Live;
using Microsoft.AspNetCore.Mvc;

namespace CustomerTrack.Api;

/// <summary>Changes as they happen, as server-sent events.</summary>
internal static class ChangesEndpoint
{
    private const string LastEventId = "Last-Event-ID";

    public static void MapChanges(this IEndpointRouteBuilder routes) => routes.MapGet("/api/{dimension}/changes", GetAsync).WithName("WatchChanges").RequireRole(ApiRole.Read).ForKnownDimension()
        .WithSummary("Changes as they happen, as server-sent events. Best effort: the history table has every change.")
        .WithDescription("""
            Events: `change`; `dropped` with the `count` of changes that came too fast for this reader (counted before the filters); `gap` with a `reason` when Last-Event-ID
            is of another process and what came in between cannot be told; `open` first. Comments are sent in silence. Personal columns are masked for callers without the role ReadPii.
            """)
        .Produces<string>(StatusCodes.Status200OK, ChangeStream.ContentType).ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> GetAsync(
        [Description("The dimension's name.")] string dimension,
        [FromQuery, Description("Only changes of this key, in canonical text; may be repeated.")] string[] key,
        [FromQuery, Description("Only changes in which this column differs; may be repeated.")] string[] field,
        [FromHeader(Name = LastEventId), Description("The id of the last event that was seen: what came after it follows.")] string? lastEventId,
        IDimensionCatalog dimensions,
        ChangeFeed feed,
        AuditLog audit,
        ApiGate gate,
        ClaimsPrincipal user,
        CancellationToken cancellationToken)
    {
        var definition = dimensions.Known(dimension);
        if (field.FirstOrDefault(name => !definition.Columns.Any(column => column.Name == name)) is { } unknown)
        {
            return ApiProblems.Wrong($"field is '{unknown}'; expected a column of {dimension}: {string.Join(", ", definition.Columns.Select(column => column.Name))}.");
        }

        ChangeId? after = null;
        if (!string.IsNullOrEmpty(lastEventId) && !ChangeId.TryParse(lastEventId, out after))
        {
            return ApiProblems.Wrong($"{LastEventId} is '{lastEventId}'; expected an id that an event of this feed had, like '0f3a9c21-1042'.");
        }

        var caller = ApiCaller.Of(user, gate);
        if (caller.MaySeePersonal)
        {
            audit.Write(caller.Does(AuditAction.WatchChanges, dimension, key.Length == 0 ? null : [.. key.Select(one => audit.HashOf(dimension, one))], AuditOutcome.Done));
        }

        var filter = new ChangeFilter(key.ToHashSet(StringComparer.Ordinal), field.ToHashSet(StringComparer.Ordinal));
        return new ChangeStream(definition, await feed.WatchAsync(dimension, after, cancellationToken), filter, isMasked: !caller.MaySeePersonal);
    }
}
