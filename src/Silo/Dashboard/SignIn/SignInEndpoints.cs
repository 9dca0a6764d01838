using CustomerTrack.Api;
using Microsoft.AspNetCore.Authentication;

namespace CustomerTrack.Dashboard.SignIn;

/// <summary>Takes a key from the page to sign in and gives a cookie for it, sends to the provider, and signs out of either.</summary>
internal static partial class SignInEndpoints
{
    public const string Address = "/signin";

    /// <summary>Goes on to the provider.</summary>
    public const string ProviderAddress = "/signin/provider";

    /// <summary>The page to sign in, for somebody who just signed out.</summary>
    public const string SignedOut = Address + "?out=1";

    /// <summary>The same, where the provider was not reached.</summary>
    private const string SignedOutHere = Address + "?out=here";

    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/session", SignInAsync).AllowAnonymous().ExcludeFromDescription();
        routes.MapPost("/signout", SignOutAsync).AllowAnonymous().ExcludeFromDescription();
        if (routes.ServiceProvider.GetRequiredService<ApiGate>().HasSignIn)
        {
            routes.MapGet(ProviderAddress, ToProviderAsync).AllowAnonymous().ExcludeFromDescription();
        }
    }

    /// <summary>The page to sign in, and back again.</summary>
    public static string For(HttpRequest request) => For(request.Path + request.QueryString, problem: null);

    /// <summary>The page to sign in, which says what went wrong, and back again.</summary>
    public static string For(string? back, SignInProblem? problem) =>
        $"{Address}?{(problem is null ? "" : $"problem={problem}&")}return={Uri.EscapeDataString(ReturnAddress.Of(back))}";

    private static async Task<IResult> SignInAsync(HttpContext context, ApiKeys keys, ApiGate gate, TimeProvider time)
    {
        if (!context.Request.HasFormContentType)
        {
            return TypedResults.Problem("A form with the field 'key' is expected.", statusCode: StatusCodes.Status415UnsupportedMediaType);
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var back = ReturnAddress.Of(form["return"]);
        if (gate.IsOpen)
        {
            return TypedResults.LocalRedirect(back);
        }

        if (keys.Find(form["key"].ToString().Trim()) is not { } key)
        {
            return TypedResults.LocalRedirect(For(back, SignInProblem.Key));
        }

        if (gate.HasSignIn)
        {
            await context.SignOutAsync(ProviderSignIn.SessionScheme);
        }

        SessionCookie.Append(context.Response, key, time.GetUtcNow());
        return TypedResults.LocalRedirect(back);
    }

    private static async Task<IResult> ToProviderAsync(HttpContext context, string? @return, ILogger<ProviderEvents> logger)
    {
        var back = ReturnAddress.Of(@return);
        try
        {
            await context.ChallengeAsync(ProviderSignIn.ProviderScheme, new() { RedirectUri = back });
            return TypedResults.Empty;
        }
        catch (Exception failure) when (ProviderEvents.IsAway(failure) && !context.RequestAborted.IsCancellationRequested)
        {
            LogAway(logger, failure);
            return TypedResults.LocalRedirect(For(back, SignInProblem.Away));
        }
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, ApiGate gate, ILogger<ProviderEvents> logger)
    {
        context.Response.Cookies.Delete(SessionCookie.Name);
        if (!gate.HasSignIn || !(await context.AuthenticateAsync(ProviderSignIn.SessionScheme)).Succeeded)
        {
            return TypedResults.LocalRedirect(SignedOut);
        }

        await context.SignOutAsync(ProviderSignIn.SessionScheme);
        try
        {
            await context.SignOutAsync(ProviderSignIn.ProviderScheme, new() { RedirectUri = SignedOut });
            return TypedResults.Empty;
        }
        catch (Exception failure) when (ProviderEvents.IsAway(failure) && !context.RequestAborted.IsCancellationRequested)
        {
            LogAway(logger, failure);
            return TypedResults.LocalRedirect(SignedOutHere);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The OpenID provider could not be reached for somebody who signs in or out at the dashboard.")]
    private static partial void LogAway(ILogger logger, Exception failure);
}
