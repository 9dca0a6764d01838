using System.Security.Cryptography;
using System.Text;

namespace CustomerTrack.Cli.Pipeline;

/// <summary>The running process's side of <see cref="HttpPipelineClient"/>: for whoever can read the data folder, who has the token.</summary>
internal static class PipelineEndpoints
{
    public static IEndpointConventionBuilder MapPipeline(this IEndpointRouteBuilder routes, string token, IPipelineClient pipeline)
    {
        // Keys of the API are for others: this channel has a token of its own, and is for this machine only.
        var group = routes.MapGroup(PipelineWire.Prefix).ExcludeFromDescription().AllowAnonymous();
        var expected = Encoding.UTF8.GetBytes("Bearer " + token);
        group.AddEndpointFilter(async (context, next) =>
            !Caller.IsLocal(context.HttpContext.Connection) ? Results.StatusCode(StatusCodes.Status403Forbidden)
            : CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(context.HttpContext.Request.Headers.Authorization.ToString()), expected)
                ? await next(context)
                : Results.Unauthorized());

        foreach (var (name, call) in PipelineCalls.Of(pipeline))
        {
            group.MapPost("/" + name, async (HttpContext context, ILoggerFactory loggers) =>
            {
                context.Response.ContentType = "application/x-ndjson";
                await PipelineCalls.RunAsync(call, name, context.Request.Body, context.Response.BodyWriter, loggers.CreateLogger(typeof(PipelineCalls)), context.RequestAborted);
            });
        }

        return group;
    }
}
