using Microsoft.AspNetCore.Authentication;

namespace CustomerTrack.Dashboard.SignIn;

/// <summary>A page's connection lasts as long as the session it was opened with; without this it would last as long as the page is open.</summary>
internal static class SessionEnd
{
    public static void UseSessionEnd(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (!context.Request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal) || Of(context) is not { } until)
        {
            await next(context);
            return;
        }

        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        var left = until - time.GetUtcNow();
        await using var end = time.CreateTimer(static state => ((HttpContext)state!).Abort(), context, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        await next(context);
    });

    /// <summary>When the session ends that a request came with; null where it came without one.</summary>
    public static DateTimeOffset? Of(HttpContext context) => context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult is { Succeeded: true, Properties.ExpiresUtc: { } until } ? until : null;
}
