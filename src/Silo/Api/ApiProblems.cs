using CustomerTrack.Dimensions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CustomerTrack.Api;

/// <summary>What callers are told, as problem documents (RFC 9457), when they ask for what is not there.</summary>
internal static class ApiProblems
{
    public static ProblemHttpResult UnknownDimension(string dimension, IDimensionCatalog dimensions) => TypedResults.Problem(
        $"There is no dimension '{dimension}'; there is {string.Join(", ", dimensions.All.Select(d => d.Name))}.", statusCode: StatusCodes.Status404NotFound);

    public static ProblemHttpResult NotFound(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status404NotFound);

    public static ProblemHttpResult Wrong(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status400BadRequest);

    /// <summary>Answers with a problem whatever the caller said it accepts: who asks for events and gets none is told why as well.</summary>
    public static Task OfStatusAsync(HttpContext context) => TypedResults.Problem(statusCode: context.Response.StatusCode).ExecuteAsync(context);
}
