using System.Collections.Immutable;
using System.Security.Cryptography;

namespace CustomerTrack.SnowflakeEmulator;

internal sealed class UserObject(ObjectName name, long id, string? owner, DateTimeOffset created) : CatalogObject(ObjectKind.User, name, id, owner, created)
{
    public ImmutableHashSet<string> Roles { get; set; } = [];

    public bool IsService => Properties.Scalar("TYPE") is "SERVICE";

    /// <summary>The public keys that are set: two, so that one can be replaced while the other is used.</summary>
    public IEnumerable<byte[]> PublicKeys
    {
        get
        {
            foreach (var property in (string[])["RSA_PUBLIC_KEY", "RSA_PUBLIC_KEY_2"])
            {
                if (Properties.Scalar(property) is { } text)
                    yield return Decode(text);
            }
        }
    }

    /// <summary>Checks that the text is the base64 of a SubjectPublicKeyInfo, without the lines of a PEM.</summary>
    public static byte[] Decode(string text)
    {
        try
        {
            var bytes = Convert.FromBase64String(string.Concat(text.Where(c => !char.IsWhiteSpace(c))));
            using var rsa = RSA.Create();
            rsa.ImportSubjectPublicKeyInfo(bytes, out _);
            return rsa.KeySize >= 2048 ? bytes : throw SqlException.Invalid("New public key rejected by current policy. Reason: 'Invalid public key'");
        }
        catch (Exception exception) when (exception is FormatException or CryptographicException)
        {
            throw new SqlException("393309", "22023", "New public key rejected by current policy. Reason: 'Invalid public key'");
        }
    }

    public static string Fingerprint(byte[] publicKey) => $"SHA256:{Convert.ToBase64String(SHA256.HashData(publicKey))}";
}
