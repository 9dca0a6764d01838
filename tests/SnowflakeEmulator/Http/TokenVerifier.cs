using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>Who a bearer token is of: a key-pair JWT, a programmatic access token or an OAuth token.</summary>
internal sealed class TokenVerifier(EmulatedAccount account)
{
    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(1);

    /// <summary>The user; throws 401 with the reason.</summary>
    public string Verify(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.Ordinal))
            throw Refused("390101", "Authorization header not found in the request data.");
        if (string.IsNullOrEmpty(request.Headers.UserAgent))
            throw new ReplyException(Reply.Error(400, "391902", "Missing header User-Agent."));
        var token = header["Bearer ".Length..];
        var type = request.Headers["X-Snowflake-Authorization-Token-Type"].ToString();
        if (type is "" or "PROGRAMMATIC_ACCESS_TOKEN" && account.Options.AccessTokens.TryGetValue(token, out var user))
            return user;
        if (type is "" or "OAUTH" && account.Options.OAuthTokens.TryGetValue(token, out user))
            return user;
        return type switch
        {
            "" or "KEYPAIR_JWT" => OfJwt(token, out user) is { } problem ? throw Refused("390144", $"JWT token is invalid. [{problem}]") : user,
            "PROGRAMMATIC_ACCESS_TOKEN" => throw Refused("394400", "Programmatic access token is invalid."),
            "OAUTH" => throw Refused("390303", "Invalid OAuth access token."),
            _ => throw Refused("390302", $"Unsupported X-Snowflake-Authorization-Token-Type '{type}'."),
        };
    }

    /// <summary>What is wrong with a JWT; null when nothing is.</summary>
    public string? OfJwt(string token, out string user)
    {
        user = "";
        var parts = token.Split('.');
        if (parts.Length != 3)
            return "it has not three parts";
        JsonElement header, claims;
        byte[] signature;
        try
        {
            header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0])).RootElement;
            claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1])).RootElement;
            signature = Base64Url.DecodeFromChars(parts[2]);
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            return "it is not base64url of JSON";
        }
        if (Text(header, "alg") != "RS256")
            return $"alg is '{Text(header, "alg")}', expected RS256";
        var prefix = account.Options.Account.ToUpperInvariant().Replace('.', '-') + ".";
        var subject = Text(claims, "sub");
        if (subject is null || !subject.StartsWith(prefix, StringComparison.Ordinal))
            return $"sub is '{subject}', expected {prefix}<USER>";
        user = subject[prefix.Length..];
        var found = account.Catalog.Find<UserObject>(ObjectKind.User, ObjectName.Of(user));
        if (found is null || found.Properties.Flag("DISABLED", otherwise: false))
            return $"the user '{user}' is unknown or disabled";
        var key = found.PublicKeys.FirstOrDefault(one => Text(claims, "iss") == $"{subject}.{UserObject.Fingerprint(one)}");
        if (key is null)
            return $"iss is '{Text(claims, "iss")}', expected {subject}.SHA256:<fingerprint of a public key of the user>";
        using var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(key, out _);
        if (!rsa.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
            return "the signature does not match the public key";
        return Lifetime(claims);
    }

    private string? Lifetime(JsonElement claims)
    {
        if (Instant(claims, "iat") is not { } issued || Instant(claims, "exp") is not { } expires)
            return "iat or exp is missing";
        var now = account.Clock.Real;
        if (issued > now.AddMinutes(1))
            return "iat is in the future";
        return now >= expires || now >= issued + LongestLife ? "it has expired (an hour after iat at the latest)" : null;
    }

    /// <summary>Seconds or milliseconds: clients send both.</summary>
    private static DateTimeOffset? Instant(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            ? DateTimeOffset.UnixEpoch.AddSeconds(value.GetDouble() > 1e11 ? value.GetDouble() / 1000 : value.GetDouble())
            : null;

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static ReplyException Refused(string code, string message) => new(new Reply(401, new System.Text.Json.Nodes.JsonObject
    {
        ["code"] = code, ["message"] = message, ["data"] = null, ["success"] = false, ["headers"] = null,
    }));
}
