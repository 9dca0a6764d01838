using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace CustomerTrack.Harness;

/// <summary>The real program in a process of its own. Stopped by its own id when it is disposed of while it still runs.</summary>
public sealed class CustomerTrackProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _arguments;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();
    private readonly Task _reading;

    private CustomerTrackProcess(Process process, string arguments)
    {
        _process = process;
        _arguments = arguments;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput, _out), ReadAsync(process.StandardError, _error));
    }

    /// <summary>The program beside the tests' own output, built with them.</summary>
    public static string Executable { get; } = Find();

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>What it has written to standard output so far.</summary>
    public string Out => Text(_out);

    /// <summary>What it has written to standard error so far.</summary>
    public string Error => Text(_error);

    /// <summary>The most memory it had resident so far, in bytes, as the system counts it.</summary>
    public long PeakResidentBytes => MemoryOf("VmHWM:") ?? throw new InvalidOperationException($"Process {Id} has ended.");

    /// <summary>The memory it has resident now, in bytes; null when it has ended.</summary>
    public long? ResidentBytes => MemoryOf("VmRSS:");

    /// <param name="environment">Variables besides those of this process.</param>
    /// <param name="through">A command that turns into the one that follows it, such as <c>nsenter</c>; null for none.</param>
    public static CustomerTrackProcess Start(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? workingFolder = null, IReadOnlyList<string>? through = null)
    {
        var list = arguments.ToList();

        // Tests that a shell started in the background pass on that Ctrl-C is ignored.
        List<string> command = [.. IgnoresInterrupt ? ["env", "--default-signal=INT"] : (string[])[], .. through ?? [], Executable, .. list];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingFolder ?? "",
        };

        // The tests' own, which the program would refuse as a setting that it does not know.
        start.Environment.Remove("CUSTOMERTRACK_SOAK");
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start)!, string.Join(' ', list));
    }

    /// <summary>Ends it at once, in the middle of whatever it does (SIGKILL).</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
    }

    /// <summary>What Ctrl-C does (SIGINT).</summary>
    public void PressControlC() => UnixSignals.Send(Id, UnixSignal.Interrupt);

    /// <summary>Asks it to end in order, as a container's host does (SIGTERM).</summary>
    public void Terminate() => UnixSignals.Send(Id, UnixSignal.Terminate);

    /// <summary>Lets it stand still where it is (SIGSTOP).</summary>
    public void Pause() => UnixSignals.Send(Id, UnixSignal.Stop);

    /// <summary>Lets it go on (SIGCONT).</summary>
    public void Continue() => UnixSignals.Send(Id, UnixSignal.Continue);

    /// <summary>Waits for its end.</summary>
    /// <exception cref="TimeoutException">It does not end in time; says what it wrote. It is killed then.</exception>
    public async Task<CommandRun> WaitForExitAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await KillAsync();
            throw new TimeoutException($"'customertrack {_arguments}' did not end within {patience}.\n--- out ---\n{Out}\n--- error ---\n{Error}");
        }

        await _reading;
        return new(_arguments, _process.ExitCode, Out, Error);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private static bool IgnoresInterrupt { get; } = OperatingSystem.IsLinux() && (1 & (long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)).AsSpan("SigIgn:".Length).Trim(),
        NumberStyles.HexNumber,
        CultureInfo.InvariantCulture) >> ((int)UnixSignal.Interrupt - 1))) != 0;

    private long? MemoryOf(string name)
    {
        try
        {
            // A process that has ended and was not waited for has a file without the line.
            return File.ReadLines($"/proc/{Id}/status").FirstOrDefault(text => text.StartsWith(name, StringComparison.Ordinal)) is { } line
                ? 1024 * long.Parse(line.AsSpan(name.Length).Trim().TrimEnd("kB").TrimEnd(), CultureInfo.InvariantCulture)
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string Find()
    {
        // artifacts/bin/<project>/<configuration>/ holds every project's output.
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var path = Path.Combine(own.Parent!.Parent!.FullName, "Silo", own.Name, OperatingSystem.IsWindows() ? "customertrack.exe" : "customertrack");
        return File.Exists(path) ? path : throw new FileNotFoundException($"The program is not built: there is no '{path}'. Build the solution first.", path);
    }

    private static async Task ReadAsync(StreamReader reader, StringBuilder text)
    {
        var buffer = new char[4096];
        int read;
        while ((read = await reader.ReadAsync(buffer)) > 0)
        {
            lock (text)
            {
                text.Append(buffer, 0, read);
            }
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
