using CustomerTrack.Api;

namespace CustomerTrack.Dashboard.SignIn;

/// <summary>Takes a key from the page to sign in and gives a cookie for it.</summary>
internal static class SignInEndpoints
{
    public const string Address = "/signin";

    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/session", SignInAsync).AllowAnonymous().ExcludeFromDescription();
        routes.MapPost("/signout", SignOut).AllowAnonymous().ExcludeFromDescription();
    }

    /// <summary>The page to sign in, and back again.</summary>
    public static string For(HttpRequest request) => $"{Address}?return={Uri.EscapeDataString(request.Path + request.QueryString)}";

    private static async Task<IResult> SignInAsync(HttpContext context, ApiKeys keys, TimeProvider time)
    {
        if (!context.Request.HasFormContentType)
        {
            return TypedResults.Problem("A form with the field 'key' is expected.", statusCode: StatusCodes.Status415UnsupportedMediaType);
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var back = form["return"].ToString() is { } page && IsOurs(page) ? page : "/";
        if (keys.IsEmpty)
        {
            return TypedResults.LocalRedirect(back);
        }

        if (keys.Find(form["key"].ToString().Trim()) is not { } key)
        {
            return TypedResults.LocalRedirect($"{Address}?failed=1&return={Uri.EscapeDataString(back)}");
        }

        context.Response.Cookies.Append(SessionCookie.Name, SessionCookie.Write(key, time.GetUtcNow()), Options(context.Request));
        return TypedResults.LocalRedirect(back);
    }

    private static Microsoft.AspNetCore.Http.HttpResults.RedirectHttpResult SignOut(HttpContext context)
    {
        context.Response.Cookies.Delete(SessionCookie.Name);
        return TypedResults.LocalRedirect(Address);
    }

    private static CookieOptions Options(HttpRequest request) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = request.IsHttps,
        Path = "/",
        MaxAge = SessionCookie.Lifetime,
        IsEssential = true,
    };

    private static bool IsOurs(string page) => page.StartsWith('/') && !page.StartsWith("//", StringComparison.Ordinal) && !page.StartsWith("/\\", StringComparison.Ordinal);
}
