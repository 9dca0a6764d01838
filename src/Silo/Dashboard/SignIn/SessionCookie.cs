using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CustomerTrack.Api;

namespace CustomerTrack.Dashboard.SignIn;

/// <summary>
/// Who signed in at the dashboard, and until when. Signed with the hash of the holder's key: it holds no key, every silo with that key takes it, it outlives a
/// restart, and it ends when the key is taken away.
/// </summary>
internal static class SessionCookie
{
    public const string Name = "customertrack-session";

    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private const string Purpose = "customertrack dashboard session";

    public static void Append(HttpResponse response, ApiKey key, DateTimeOffset now) => response.Cookies.Append(Name, Write(key, now), new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = response.HttpContext.Request.IsHttps,
        Path = "/",
        MaxAge = Lifetime,
        IsEssential = true,
    });

    /// <summary>Whose it is, and until when; null when it was not made here, has ended, or its key is gone.</summary>
    public static (ApiKey Key, DateTimeOffset Until)? Read(string cookie, ApiKeys keys, DateTimeOffset now)
    {
        var signatureAt = cookie.LastIndexOf('.');
        var untilAt = signatureAt > 0 ? cookie.LastIndexOf('.', signatureAt - 1) : -1;
        if (untilAt <= 0
            || !long.TryParse(cookie.AsSpan(untilAt + 1, signatureAt - untilAt - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var until)
            || keys.Of(cookie[..untilAt]) is not { } key)
        {
            return null;
        }

        var expected = Base64Url.EncodeToString(Sign(key, cookie[..signatureAt]));
        var isGenuine = CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(cookie[(signatureAt + 1)..]), Encoding.UTF8.GetBytes(expected));
        return isGenuine && now.ToUnixTimeSeconds() < until ? (key, DateTimeOffset.FromUnixTimeSeconds(until)) : null;
    }

    /// <summary>
    /// A page may send it with what it reads, and with its own connection; what changes something by HTTP needs the key itself. Other programs of this machine
    /// count as the same site for a browser, so a connection has to come from a page of this very address.
    /// </summary>
    public static bool MayCome(HttpRequest request) => request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal)
        ? request.Headers.Origin.ToString() is var origin && (origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.Authority == request.Host.Value))
        : HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    private static string Write(ApiKey key, DateTimeOffset now)
    {
        var said = string.Create(CultureInfo.InvariantCulture, $"{key.Name}.{(now + Lifetime).ToUnixTimeSeconds()}");
        return $"{said}.{Base64Url.EncodeToString(Sign(key, said))}";
    }

    private static byte[] Sign(ApiKey key, string said) => HMACSHA256.HashData(key.Hash, Encoding.UTF8.GetBytes($"{Purpose}\n{said}"));
}
