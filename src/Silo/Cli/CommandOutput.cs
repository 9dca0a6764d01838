namespace CustomerTrack.Cli;

/// <summary>Where a command speaks: results to <see cref="Out"/>, everything else to <see cref="Error"/>.</summary>
internal sealed record CommandOutput
{
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary><see cref="Out"/> is a terminal: colours and its width apply.</summary>
    public required bool IsTerminal { get; init; }

    /// <summary>Columns of the terminal.</summary>
    public required int Width { get; init; }

    /// <summary><see cref="Error"/> is a terminal: progress may be drawn on it.</summary>
    public required bool CanShowProgress { get; init; }

    public static CommandOutput OfConsole() => new()
    {
        Out = Console.Out,
        Error = Console.Error,
        IsTerminal = !Console.IsOutputRedirected,
        Width = Console.IsOutputRedirected ? int.MaxValue : Math.Max(Console.WindowWidth, 40),
        CanShowProgress = !Console.IsErrorRedirected,
    };
}
