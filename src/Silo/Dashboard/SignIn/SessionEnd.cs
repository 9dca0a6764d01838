using CustomerTrack.Api;
using Microsoft.AspNetCore.Authentication;

namespace CustomerTrack.Dashboard.SignIn;

/// <summary>What was begun with a session ends with it: the connection of a page, a stream of changes. Without this they would last as long as the page is open.</summary>
internal static class SessionEnd
{
    public static void UseSessionEnd(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (Of(context) is not { } until)
        {
            await next(context);
            return;
        }

        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        var left = until - time.GetUtcNow();
        await using var end = time.CreateTimer(static state => ((HttpContext)state!).Abort(), context, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        await next(context);
    });

    /// <summary>When the session ends that a request came with; null where it came with a key, a token, or nothing.</summary>
    public static DateTimeOffset? Of(HttpContext context) =>
        context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult is { Succeeded: true, Ticket.AuthenticationScheme: not OidcAuthentication.SchemeName, Properties.ExpiresUtc: { } until } ? until : null;
}
