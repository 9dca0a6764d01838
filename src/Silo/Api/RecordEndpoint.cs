using System.ComponentModel;
using CustomerTrack.Ingest;

namespace CustomerTrack.Api;

/// <summary>Takes records over HTTP.</summary>
internal static class RecordEndpoint
{
    private static readonly string[] Types = ["application/x-ndjson", "application/jsonl", "application/json"];

    public static void MapRecords(this IEndpointRouteBuilder routes) => routes.MapPost("/api/{dimension}", PostAsync).WithName("PostRecords").RequireRole(ApiRole.Operate).ForKnownDimension()
        .WithSummary("Takes records as NDJSON: 202 once they are durable in landing. What is wrong with single records is found in the quarantine. With a traceparent header they are a part of that trace.")
        .Accepts<string>(Types[0], Types[1], Types[2])
        .Produces<PostedRecords>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status415UnsupportedMediaType);

    private static async Task<IResult> PostAsync(
        [Description("The dimension's name.")] string dimension, HttpRequest request, LandingWriter landing, CancellationToken cancellationToken)
    {
        var type = request.ContentType?.Split(';')[0].Trim() ?? "none";
        if (!Types.Contains(type, StringComparer.OrdinalIgnoreCase))
        {
            return TypedResults.Problem($"The content type is {type}; expected {Types[0]}, a JSON object a line.", statusCode: StatusCodes.Status415UnsupportedMediaType);
        }

        var traceParent = request.Headers.TraceParent.Count == 1 ? request.Headers.TraceParent[0] : null;
        return TypedResults.Accepted((string?)null, new PostedRecords { File = await landing.WriteAsync(dimension, request.Body, traceParent, cancellationToken) });
    }
}
