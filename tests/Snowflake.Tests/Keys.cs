using System.Security.Cryptography;

namespace CustomerTrack.Snowflake.Tests;

/// <summary>A key pair for a whole run.</summary>
internal static class Keys
{
    public const string Passphrase = "correct=horse;battery staple";

    public static RSA Pair { get; } = RSA.Create(2048);

    public static string Pkcs8 { get; } = Pair.ExportPkcs8PrivateKeyPem();

    public static string Pkcs1 { get; } = Pair.ExportRSAPrivateKeyPem();

    public static string Encrypted { get; } = Pair.ExportEncryptedPkcs8PrivateKeyPem(Passphrase, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 2048));

    /// <summary>Computed from the public key's PEM, apart from the code under test.</summary>
    public static string Fingerprint { get; } = FingerprintOf(Pair);

    public static string FingerprintOf(RSA pair)
    {
        var pem = pair.ExportSubjectPublicKeyInfoPem();
        var der = Convert.FromBase64String(string.Concat(pem.Split('\n').Where(line => !line.StartsWith('-'))));
        return "SHA256:" + Convert.ToBase64String(SHA256.HashData(der));
    }
}
