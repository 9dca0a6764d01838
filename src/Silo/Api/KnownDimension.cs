using CustomerTrack.Dimensions;

namespace CustomerTrack.Api;

/// <summary>Endpoints below <c>/api/{dimension}</c>: what names no dimension of this process is answered before they are asked.</summary>
internal static class KnownDimension
{
    private const string Name = "dimension";

    public static RouteHandlerBuilder ForKnownDimension(this RouteHandlerBuilder endpoint) => endpoint
        .AddEndpointFilter(async (context, next) =>
        {
            var dimensions = context.HttpContext.RequestServices.GetRequiredService<IDimensionCatalog>();
            var asked = context.HttpContext.GetRouteValue(Name) as string ?? throw new InvalidOperationException($"The address of the endpoint has no {{{Name}}}.");
            return dimensions.TryGet(asked, out _) ? await next(context) : ApiProblems.UnknownDimension(asked, dimensions);
        })
        .ProducesProblem(StatusCodes.Status404NotFound);

    /// <summary>The dimension of an endpoint that is <see cref="ForKnownDimension"/>.</summary>
    public static DimensionDefinition Known(this IDimensionCatalog dimensions, string name) =>
        dimensions.TryGet(name, out var definition) ? definition : throw new InvalidOperationException($"There is no dimension '{name}', and the endpoint was asked all the same.");
}
