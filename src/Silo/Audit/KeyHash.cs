using System.Security.Cryptography;
using System.Text;
using CustomerTrack.Cli;

namespace CustomerTrack.Audit;

/// <summary>
/// Stands for a business key where the key itself must not be. It is keyed with a secret of the data folder: without that, whoever can
/// list all keys could hash them and compare.
/// </summary>
internal sealed class KeyHash
{
    private const int SecretBytes = 32;

    private readonly byte[] _secret;

    private KeyHash(byte[] secret) => _secret = secret;

    /// <summary>Reads the secret, which is made when there is none.</summary>
    /// <exception cref="CommandFailedException">It cannot be read or made, or is not one.</exception>
    public static KeyHash Open(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                Make(path);
            }

            var secret = Convert.FromHexString(File.ReadAllText(path).Trim());
            return secret.Length == SecretBytes ? new(secret) : throw new FormatException($"It has {secret.Length} bytes; expected {SecretBytes}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new CommandFailedException($"The secret '{path}', with which customers' keys are hashed in the audit log, cannot be used: {e.Message}", e);
        }
    }

    /// <summary>The hash of a key, 32 digits.</summary>
    public string Of(string dimension, string key) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes($"{dimension}/{key}")).AsSpan(0, 16));

    // Written whole beside its place and moved there, without taking the place of one that another silo was quicker with.
    private static void Make(string path)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new StreamWriter(temporary, options))
        {
            file.Write(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes)));
        }

        try
        {
            File.Move(temporary, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(temporary);
        }
    }
}
