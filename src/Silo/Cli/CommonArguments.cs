namespace CustomerTrack.Cli;

/// <summary>What every verb is told.</summary>
internal sealed record CommonArguments
{
    public required string Data { get; init; }

    /// <summary>Definition files, all of them existing.</summary>
    public required IReadOnlyList<string> Dimensions { get; init; }

    /// <summary>Settings that the verb's options stand for, by their configuration key.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();
}
