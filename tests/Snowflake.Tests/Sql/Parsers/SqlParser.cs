using System.Text.Json;

namespace CustomerTrack.Snowflake.Tests.Parsers;

/// <summary>sqlparser-rs's Snowflake dialect, by its npm package; installed once into the machine's folder for temporary files.</summary>
internal static class SqlParser
{
    private static readonly SemaphoreSlim Installing = new(1);

    /// <summary>Per statement null (parsed) or what is wrong; skips the test where node or the package is missing.</summary>
    public static async Task<IReadOnlyList<string?>> ParseAsync(IReadOnlyList<string> statements)
    {
        var folder = await InstallAsync();
        var answer = await Program.RunAsync("node", folder, JsonSerializer.Serialize(statements), "parse.mjs");
        Assert.SkipWhen(answer is null, "node is not installed: apt-get install nodejs npm.");
        Assert.True(answer!.Value.ExitCode == 0, answer.Value.Error);
        return JsonSerializer.Deserialize<List<string?>>(answer.Value.Out)!;
    }

    private static async Task<string> InstallAsync()
    {
        var source = Path.Combine(AppContext.BaseDirectory, "Sql", "Parsers");
        var folder = Path.Combine(Path.GetTempPath(), "customertrack-sql-parsers");
        await Installing.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            Directory.CreateDirectory(folder);
            var wanted = await File.ReadAllTextAsync(Path.Combine(source, "package.json"));
            var package = Path.Combine(folder, "package.json");
            File.Copy(Path.Combine(source, "parse.mjs"), Path.Combine(folder, "parse.mjs"), overwrite: true);
            var installed = Path.Combine(folder, "installed.json");
            if (!File.Exists(installed) || await File.ReadAllTextAsync(installed) != wanted)
            {
                await File.WriteAllTextAsync(package, wanted);
                var npm = await Program.RunAsync("npm", folder, "", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock");
                Assert.SkipWhen(npm is null, "npm is not installed: apt-get install nodejs npm.");
                Assert.SkipWhen(npm!.Value.ExitCode != 0, $"npm could not install the parser: {npm.Value.Error}");
                await File.WriteAllTextAsync(installed, wanted);
            }

            return folder;
        }
        finally
        {
            Installing.Release();
        }
    }
}
