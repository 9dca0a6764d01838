using System.CommandLine;

namespace CustomerTrack.Cli.Verbs;

/// <summary>
/// The generator's options. Each is a setting below <c>CustomerTrack:Generator</c> under another name, so that the check of
/// settings, not this class, knows what is allowed.
/// </summary>
internal sealed class FeedOptions
{
    public const string Section = "CustomerTrack:Generator";

    private readonly List<(Option<string?> Option, string Setting)> _values =
    [
        Value("--seed", "Seed", "N", "Where all chance comes from."),
        Value("--customers", "Customers", "N", "How many people there are."),
        Value("--rows", "Rows", "N", "Rows in all; 0 goes on until it is stopped."),
        Value("--rate", "Rate", "N", "Rows a second; 0 is as fast as possible."),
        Value("--interval", "Interval", "HH:MM:SS", "Time between files."),
        Value("--rows-per-file", "RowsPerFile", "N", "Rows after which a file is closed."),
        Value("--feed-format", "Format", "csv|ndjson", "The files' format."),
        Value("--no-op-share", "NoOpShare", "0..1", "Share of rows that change nothing."),
        Value("--update-share", "UpdateShare", "0..1", "Share of rows that report a change."),
        Value("--delete-share", "DeleteShare", "0..1", "Share of rows that report that somebody left."),
        Value("--duplicate-share", "DuplicateShare", "0..1", "Share of rows that are copies of earlier ones."),
        Value("--dirty-share", "DirtyShare", "0..1", "Share of rows nobody can accept."),
        Value("--late-share", "LateShare", "0..1", "Share of rows that come files later, out of order."),
        Value("--max-late-files", "MaxLateFiles", "N", "How many files later at most."),
        Value("--tie-share", "TieShare", "0..1", "Share of changes with a second, losing record of the same moment."),
        Value("--partial-share", "PartialShare", "0..1", "Share of records that state only some columns."),
        Value("--start-time", "StartTime", "T", "When the population's clock starts."),
        Value("--step", "Step", "HH:MM:SS", "Mean time between two reports on that clock."),
    ];

    private readonly Option<bool> _gzip = new("--gzip") { Description = "Compresses the files." };

    public void AddTo(Command verb)
    {
        foreach (var (option, _) in _values)
        {
            verb.Add(option);
        }

        verb.Add(_gzip);
    }

    /// <summary>The settings that were given; those that were not are left to the configuration.</summary>
    public Dictionary<string, string?> SettingsOf(ParseResult parsed)
    {
        var settings = new Dictionary<string, string?>();
        foreach (var (option, setting) in _values)
        {
            if (parsed.GetValue(option) is { } value)
            {
                settings.Add($"{Section}:{setting}", value);
            }
        }

        if (parsed.GetValue(_gzip))
        {
            settings.Add($"{Section}:Gzip", "true");
        }

        return settings;
    }

    private static (Option<string?> Option, string Setting) Value(string name, string setting, string help, string description) =>
        (new(name) { HelpName = help, Description = description }, setting);
}
