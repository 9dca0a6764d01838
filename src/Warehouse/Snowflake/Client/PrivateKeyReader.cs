using System.Security.Cryptography;

namespace CustomerTrack.Snowflake;

/// <summary>Reads an RSA key from PEM: PKCS#8, encrypted PKCS#8, or PKCS#1.</summary>
internal static class PrivateKeyReader
{
    private const int LeastBits = 2048;
    private const string Expected = "expected: an RSA private key as PEM (PKCS#8, encrypted or not, or PKCS#1)";

    /// <param name="pem">The text; line ends may be written as <c>\n</c>, as environment files do.</param>
    /// <param name="source">What to call it in errors.</param>
    /// <exception cref="SnowflakeException">It is not such a key, or the passphrase does not open it.</exception>
    public static RSA Read(string pem, string source, string? passphrase)
    {
        var text = WithLineEnds(pem);
        if (!PemEncoding.TryFind(text, out var fields))
        {
            throw new SnowflakeException(text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal)
                ? $"{source} is encrypted in OpenSSL's old way; convert it: openssl pkcs8 -topk8 -in old.pem -out new.pem"
                : $"{source} holds no PEM; {Expected}.");
        }

        var label = text[fields.Label];
        var rsa = RSA.Create();
        try
        {
            Import(rsa, text, label, source, passphrase);
            return rsa.KeySize < LeastBits
                ? throw new SnowflakeException($"{source} holds an RSA key of {rsa.KeySize} bits; Snowflake takes {LeastBits} and more.")
                : rsa;
        }
        catch
        {
            rsa.Dispose();
            throw;
        }
    }

    /// <summary>The text with real line ends where an environment file wrote <c>\n</c>.</summary>
    public static string WithLineEnds(string pem) => pem.Replace("\\r", "", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal);

    /// <summary>The fingerprint that <c>DESC USER</c> shows: SHA256: and the Base64 of the hash of the public key's DER.</summary>
    public static string Fingerprint(RSA key) => "SHA256:" + Convert.ToBase64String(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

    private static void Import(RSA rsa, string text, string label, string source, string? passphrase)
    {
        const string Option = $"{SnowflakeOptions.SectionName}:{nameof(SnowflakeOptions.PrivateKeyPassphrase)}";
        switch (label)
        {
            case "ENCRYPTED PRIVATE KEY" when string.IsNullOrEmpty(passphrase):
                throw new SnowflakeException($"{source} is encrypted; set {Option}.");
            case "ENCRYPTED PRIVATE KEY":
                try
                {
                    rsa.ImportFromEncryptedPem(text, passphrase);
                }
                catch (CryptographicException exception)
                {
                    throw new SnowflakeException($"{source} cannot be decrypted to an RSA key; check {Option}.", exception);
                }
                catch (ArgumentException exception)
                {
                    throw NotOne(source, exception);
                }

                break;
            case "PRIVATE KEY" or "RSA PRIVATE KEY":
                try
                {
                    rsa.ImportFromPem(text);
                }
                catch (CryptographicException exception)
                {
                    throw new SnowflakeException($"{source} holds a {label} that is not RSA or is damaged; {Expected}.", exception);
                }
                catch (ArgumentException exception)
                {
                    throw NotOne(source, exception);
                }

                break;
            default:
                throw new SnowflakeException($"{source} holds a {label}; {Expected}.");
        }
    }

    // The importer looks at all blocks of the text, not at the first alone.
    private static SnowflakeException NotOne(string source, ArgumentException cause) =>
        new($"{source} holds several keys, or none that can be read; {Expected}, and no other key beside it.", cause);
}
