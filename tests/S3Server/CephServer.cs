using System.Diagnostics;

namespace CustomerTrack.S3Server;

/// <summary>A Ceph server of this process (ceph.sh), on 127.0.0.1 and in memory. It ends with the process, however that ends.</summary>
public sealed class CephServer
{
    /// <summary>What to do where it is missing.</summary>
    public const string HowToInstall = "install one with 'apt-get install -y --no-install-recommends radosgw ceph-mon ceph-osd'";

    private static readonly string[] Programs = ["radosgw", "ceph-mon", "ceph-osd"];

    // Held: the script ends when this process's end of its standard input is closed.
    private readonly Process _script;

    private CephServer(Process script, string[] answer)
    {
        _script = script;
        Endpoint = new(answer[0]);
        AccessKey = answer[1];
        SecretKey = answer[2];
    }

    public Uri Endpoint { get; }

    public string AccessKey { get; }

    public string SecretKey { get; }

    /// <summary>Whether it can be started here.</summary>
    public static bool IsInstalled { get; } = Programs.All(program =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program))));


    /// <summary>Starts a server; takes about 13 seconds.</summary>
    /// <exception cref="InvalidOperationException">It did not start; says what it wrote.</exception>
    public static async Task<CephServer> StartAsync()
    {
        const int Attempts = 3;
        for (var attempt = 1; ; attempt++)
        {
            var folder = Directory.CreateTempSubdirectory("ceph-").FullName;
            var script = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "ceph.sh"), ["run", folder])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var errors = script.StandardError.ReadToEndAsync();
            if (await script.StandardOutput.ReadLineAsync() is { } answer)
            {
                return new(script, answer.Split(' '));
            }

            await script.WaitForExitAsync();
            script.Dispose();
            if (attempt == Attempts)
            {
                // Not a port that somebody else took meanwhile.
                throw new InvalidOperationException($"The S3 server did not start: {await errors}");
            }
        }
    }
}
