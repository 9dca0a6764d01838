using CustomerTrack.Audit;
using CustomerTrack.State;
using Microsoft.AspNetCore.Diagnostics;

namespace CustomerTrack.Api;

/// <summary>Answers what went wrong as a problem document. What is no fault of the caller's and not expected is told to the log only.</summary>
internal sealed partial class ApiFailures(ILogger<ApiFailures> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        var (status, detail) = exception switch
        {
            BadHttpRequestException bad => (bad.StatusCode, bad.Message),
            AuditException unwritten => (StatusCodes.Status503ServiceUnavailable, unwritten.Message),
            StateStoreException away => (StatusCodes.Status503ServiceUnavailable, away.Message),
            ObjectDisposedException => (StatusCodes.Status503ServiceUnavailable, "The process is stopping."),
            _ => (StatusCodes.Status500InternalServerError, (string?)null),
        };
        if (status == StatusCodes.Status500InternalServerError)
        {
            LogFailed(exception, context.Request.Method, (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "?");
        }

        await TypedResults.Problem(detail, statusCode: status).ExecuteAsync(context);
        return true;
    }

    // The pattern, not the address: that may hold a key.
    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Pattern} failed.")]
    private partial void LogFailed(Exception exception, string method, string pattern);
}
