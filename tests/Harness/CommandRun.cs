namespace CustomerTrack.Harness;

/// <summary>A command that ended.</summary>
public sealed record CommandRun(string Arguments, int ExitCode, string Out, string Error)
{
    /// <summary>Itself, if it ended with <paramref name="exitCode"/>.</summary>
    /// <exception cref="InvalidOperationException">It ended with another; says what the command wrote.</exception>
    public CommandRun Must(int exitCode = 0) => ExitCode == exitCode
        ? this
        : throw new InvalidOperationException($"'customertrack {Arguments}' ended with {ExitCode}, not {exitCode}.\n--- out ---\n{Out}\n--- error ---\n{Error}");

    /// <summary>The lines of <see cref="Out"/>.</summary>
    public string[] Lines => Out.Split(["\r\n", "\n"], StringSplitOptions.RemoveEmptyEntries);
}
