using CustomerTrack.Telemetry;

namespace CustomerTrack.Ingest;

/// <summary>What a landing file's name says about its content.</summary>
public static class FileFormat
{
    private const string Compressed = ".gz";
    private static readonly string[] Plain = [".csv", ".ndjson", ".jsonl"];
    private static readonly string[] Unfinished = [".tmp", ".part", ".crdownload"];

    /// <summary>The endings that are taken, for messages.</summary>
    public static readonly string[] Extensions = [.. Plain, .. Plain.Select(extension => extension + Compressed)];

    /// <summary><c>.csv</c>, <c>.ndjson</c> or <c>.jsonl</c>; null for anything else.</summary>
    public static string? Of(string name)
    {
        name = IsCompressed(name) ? name[..^Compressed.Length] : name;
        return Plain.FirstOrDefault(extension => name.EndsWith(extension, StringComparison.OrdinalIgnoreCase));
    }

    public static bool IsCompressed(string name) => name.EndsWith(Compressed, StringComparison.OrdinalIgnoreCase);

    /// <summary>The name is one that writers use for what they have not finished.</summary>
    public static bool IsUnfinished(string name) =>
        name.StartsWith('.') || Unfinished.Any(extension => name.EndsWith(extension, StringComparison.OrdinalIgnoreCase));

    /// <summary>The name is that of a note beside a landing file, which goes with it.</summary>
    public static bool IsBeside(string name) =>
        name.EndsWith(TraceParent.Extension, StringComparison.OrdinalIgnoreCase) && Of(name[..^TraceParent.Extension.Length]) is not null;

    /// <summary>The name without the endings that say what is in it.</summary>
    public static string Stem(string name)
    {
        name = IsCompressed(name) ? name[..^Compressed.Length] : name;
        return Of(name) is { } extension ? name[..^extension.Length] : name;
    }
}
