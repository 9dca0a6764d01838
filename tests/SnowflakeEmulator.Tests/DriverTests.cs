using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>Snowflake's own driver for Node, unmodified, takes the emulator for an account.</summary>
public sealed class DriverTests
{
    private const string Version = "3.3.0";

    [Fact]
    public async Task The_official_driver_logs_in_queries_binds_fails_and_leaves()
    {
        var folder = await InstalledAsync();
        await using var emulated = await Emulated.StartAsync();
        await emulated.CreateSchemaAsync();
        var key = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(key, Emulated.PrivateKeyPem, TestContext.Current.CancellationToken);
            var (code, output) = await RunAsync("node", folder, Path.Combine(AppContext.BaseDirectory, "driver.cjs"), folder, emulated.Host.Address.Port.ToString(CultureInfo.InvariantCulture), key);

            Assert.True(code == 0, output);
            foreach (var login in (string[])["password", "key pair"])
            {
                Assert.Contains($"{login} role: [{{\"R\":\"ACCOUNTADMIN\"}}]", output, StringComparison.Ordinal);
                Assert.Contains($"{login} inserted: 1", output, StringComparison.Ordinal);
                Assert.Contains($"{login} read: [{{\"A\":7,\"B\":\"it's\",\"C\":true,\"D\":\"2026-01-02\",\"E\":\"2026-01-02 03:04:05.678\",\"N\":null}}]", output, StringComparison.Ordinal);
                Assert.Contains($"{login} count: [{{\"N\":1}}]", output, StringComparison.Ordinal);
                Assert.Contains($"{login} error: [\"001003\",\"42000\"]", output, StringComparison.Ordinal);
            }
            Assert.Contains("wrong password: \"390100\"", output, StringComparison.Ordinal);
            var state = await emulated.StateAsync();
            Assert.Equal(2, Emulated.Counter(state, "driver.logins"));
            Assert.Equal(2, Emulated.Counter(state, "driver.closed"));
        }
        finally
        {
            File.Delete(key);
        }
    }

    private static async Task<string> InstalledAsync()
    {
        var folder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "customertrack-tests", $"snowflake-sdk-{Version}");
        if (Directory.Exists(Path.Combine(folder, "node_modules", "snowflake-sdk")))
            return folder;
        Directory.CreateDirectory(folder);
        try
        {
            var (code, output) = await RunAsync("npm", folder, "install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder, $"snowflake-sdk@{Version}");
            Assert.SkipUnless(code == 0, $"Snowflake's driver for Node could not be installed; 'npm install snowflake-sdk@{Version}' says: {output}");
        }
        catch (Win32Exception)
        {
            Assert.Skip("Node and npm are missing: install them with 'apt-get install nodejs npm'.");
        }
        return folder;
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, string folder, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }
}
