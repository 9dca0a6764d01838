using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CustomerTrack.Snowflake;

/// <summary>
/// Signs tokens with the user's private key. They live 59 minutes (an hour is the most Snowflake takes) and are replaced after
/// 54; the key is read again each time, so that a rotated one is found.
/// </summary>
internal sealed class KeyPairCredential : ICredential
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(59);
    private static readonly TimeSpan Renewal = TimeSpan.FromMinutes(54);
    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    private readonly Lock _lock = new();
    private readonly SecretSource _source;
    private readonly string? _passphrase;
    private readonly string _user;
    private readonly string _subject;
    private readonly TimeProvider _time;
    private string _token;
    private string _fingerprint;
    private DateTimeOffset _signedAt;

    /// <exception cref="SnowflakeException">The options lack something, or the key cannot be used.</exception>
    public KeyPairCredential(SnowflakeOptions options, TimeProvider time)
    {
        _source = new SecretSource("a private key", nameof(options.PrivateKey), options.PrivateKey, nameof(options.PrivateKeyFile), options.PrivateKeyFile);
        _passphrase = options.PrivateKeyPassphrase;
        _time = time;
        _user = SnowflakeAddress.User(options);
        _subject = $"{AccountName.InToken(SnowflakeAddress.Account(options))}.{_user.ToUpperInvariant()}";
        (_token, _fingerprint, _signedAt) = Sign();
    }

    public string TokenType => "KEYPAIR_JWT";

    public string Advice =>
        $"The token was signed for {_subject} by the key with the fingerprint {_fingerprint} from {_source.Name}. Compare it with RSA_PUBLIC_KEY_FP and RSA_PUBLIC_KEY_2_FP of DESC USER {_user}, and check the account, the user and this machine's clock.";

    public string Token()
    {
        lock (_lock)
        {
            var age = _time.GetUtcNow() - _signedAt;
            if (age >= Renewal || age < TimeSpan.Zero)
            {
                (_token, _fingerprint, _signedAt) = Sign();
            }

            return _token;
        }
    }

    public bool Renew(string refused)
    {
        lock (_lock)
        {
            if (_token == refused)
            {
                (_token, _fingerprint, _signedAt) = Sign();
            }

            return true;
        }
    }

    private (string Token, string Fingerprint, DateTimeOffset SignedAt) Sign()
    {
        using var key = PrivateKeyReader.Read(_source.Read(), _source.Name, _passphrase);
        var fingerprint = PrivateKeyReader.Fingerprint(key);
        var now = _time.GetUtcNow();

        // The key is disposed of after this one signature: nothing may keep a signer of it.
        var security = new RsaSecurityKey(key) { CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } };
        var token = Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = $"{_subject}.{fingerprint}",
            Claims = new Dictionary<string, object> { [JwtRegisteredClaimNames.Sub] = _subject },
            IssuedAt = now.UtcDateTime,
            Expires = (now + Life).UtcDateTime,
            SigningCredentials = new SigningCredentials(security, SecurityAlgorithms.RsaSha256),
        });
        return (token, fingerprint, now);
    }
}
