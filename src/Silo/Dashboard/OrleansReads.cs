using CustomerTrack.Api;
using CustomerTrack.Audit;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Dashboard;

/// <summary>
/// Records who asks Orleans' own dashboard about single grains. The rest of it tells silos, types of grains, methods and numbers. Keys of customers are in none of
/// it but in what is asked, and our grains hold nothing it would show; it looks at any grain by its key all the same, so asking is what is recorded.
/// </summary>
internal sealed class OrleansReads(AuditLog audit, ApiGate gate, IDimensionCatalog dimensions) : IEndpointFilter
{
    public const string Root = "/orleans";

    // By their patterns: what a grain holds, and the grains that have reminders.
    private static readonly string[] OfGrains = [$"{Root}/GrainState", $"{Root}/Reminders", $"{Root}/Reminders/{{page:int}}"];

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!OfGrains.Contains((http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText, StringComparer.OrdinalIgnoreCase))
        {
            return await next(context);
        }

        var caller = ApiCaller.Of(http.User, gate);
        var (dimension, hash) = CustomerOf(http.Request.Query["grainId"].ToString());
        object? answer;
        try
        {
            answer = await next(context);
        }
        catch (Exception)
        {
            audit.Write(caller.Does(AuditAction.ReadGrains, dimension, hash, AuditOutcome.Failed));
            throw;
        }

        // The answer is made, and leaves after this.
        audit.Write(caller.Does(AuditAction.ReadGrains, dimension, hash, AuditOutcome.Done));
        return answer;
    }

    private (string? Dimension, IReadOnlyList<string>? Hash) CustomerOf(string grain) =>
        grain.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && dimensions.TryGet(grain[..slash], out var dimension)
            ? (dimension.Name, [audit.HashOf(dimension.Name, grain[(slash + 1)..])])
            : (null, null);
}
