using CustomerTrack.Api;
using CustomerTrack.Cli;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace CustomerTrack.Dashboard.SignIn;

/// <summary>
/// With what sessions and connections of pages are protected. Where people sign in through a provider the keys are kept: a process alone has them in its data folder, silos of
/// a cluster in the Redis they share, so that each of them takes what another gave. Otherwise they are made at start and end with the process, and so do the connections.
/// </summary>
internal static class SessionKeys
{
    private const string Application = "customertrack";

    /// <param name="shared">Where the silos of a cluster keep them; null for a process alone.</param>
    /// <exception cref="CommandFailedException">Their folder cannot be made.</exception>
    public static void AddSessionKeys(this IServiceCollection services, ApiGate gate, DataFolder folder, IXmlRepository? shared)
    {
        var protection = services.AddDataProtection();
        if (!gate.HasSignIn)
        {
            protection.UseEphemeralDataProtectionProvider();
            return;
        }

        protection.SetApplicationName(Application);
        if (shared is not null)
        {
            services.Configure<KeyManagementOptions>(keys => keys.XmlRepository = shared);
            return;
        }

        protection.PersistKeysToFileSystem(Make(folder.SessionKeys));
    }

    /// <summary>Reads the keys, or makes the first one, before anybody needs one.</summary>
    /// <exception cref="CommandFailedException">They cannot be read or kept.</exception>
    public static void MustWork(IServiceProvider services)
    {
        try
        {
            services.GetRequiredService<IDataProtectionProvider>().CreateProtector(Application).Protect([1]);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new CommandFailedException($"The keys that protect the sessions of people who sign in cannot be read or kept: {e.GetBaseException().Message}", e);
        }
    }

    private static DirectoryInfo Make(string path)
    {
        try
        {
            return OperatingSystem.IsWindows() ? Directory.CreateDirectory(path) : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"The folder '{path}', which keeps the keys of sessions, cannot be made: {e.Message}", e);
        }
    }
}
