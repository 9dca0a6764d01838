using System.Diagnostics;
using System.Text.RegularExpressions;
using CustomerTrack.Harness;

namespace CustomerTrack.EndToEnd;

/// <summary>The commands that README.md tells a newcomer to type do what it says.</summary>
public sealed partial class ReadmeTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private static string Root { get; } = FindRoot();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_demo_and_the_query_of_the_readme_run()
    {
        var commands = Commands().ToList();
        var demo = commands.Find(command => command is ["demo", ..]) ?? throw new InvalidDataException("README.md has no sh block that runs the demo.");
        var query = commands.Find(command => command is ["query", ..]) ?? throw new InvalidDataException("README.md has no sh block that runs a query.");

        // Bounded, beside other tests, and on a folder that is thrown away; everything else as it stands there.
        var data = _folder.In("data");
        var ran = await RunAsync([.. Without(demo, "--seconds", "--url", "--data"), "--seconds", "5", "--url", "http://127.0.0.1:0", "--data", data]);
        Assert.Contains("rows applied", ran.Must().Out, StringComparison.Ordinal);
        Assert.NotEmpty((await RunAsync([.. Without(query, "--data"), "--data", data])).Must().Lines);
    }

    [Fact]
    public void The_test_script_is_there_and_can_be_run()
    {
        var script = Path.Combine(Root, "test.sh");
        Assert.True(File.Exists(script), $"There is no '{script}'.");
        if (!OperatingSystem.IsWindows())
        {
            Assert.True(File.GetUnixFileMode(script).HasFlag(UnixFileMode.UserExecute), "test.sh is not executable.");
        }
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The arguments of every line of a fenced sh block that starts the program, as the shell splits them.</summary>
    private static IEnumerable<string[]> Commands()
    {
        foreach (Match block in Block().Matches(File.ReadAllText(Path.Combine(Root, "README.md"))))
        {
            foreach (var line in block.Groups[1].Value.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
            {
                if (Program().Match(line) is { Success: true } start)
                {
                    yield return Split(line[start.Length..]);
                }
            }
        }
    }

    private static string[] Split(string words)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", $"printf '%s\\n' {words}"]) { RedirectStandardOutput = true })!;
        return shell.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static List<string> Without(string[] arguments, params string[] options)
    {
        var left = new List<string>();
        for (var i = 0; i < arguments.Length; i++)
        {
            if (options.Contains(arguments[i]))
            {
                i++;
                continue;
            }

            left.Add(arguments[i]);
        }

        return left;
    }

    private static async Task<CommandRun> RunAsync(IEnumerable<string> arguments)
    {
        await using var process = CustomerTrackProcess.Start(arguments, workingFolder: Root);
        return await process.WaitForExitAsync(TimeSpan.FromMinutes(2), Token);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CustomerTrack.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException($"No folder above '{AppContext.BaseDirectory}' holds CustomerTrack.slnx.");
    }

    [GeneratedRegex(@"^```sh\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^\s*(\$\s+)?(dotnet run .*?--project src/Silo.*? -- |(\S*/)?customertrack )")]
    private static partial Regex Program();
}
