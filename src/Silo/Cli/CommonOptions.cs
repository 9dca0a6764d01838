using System.CommandLine;

namespace CustomerTrack.Cli;

/// <summary>The options every verb has.</summary>
internal sealed class CommonOptions(string appFolder)
{
    public Option<string> Data { get; } = new("--data")
    {
        HelpName = "DIR",
        Description = "The data folder.",
        DefaultValueFactory = _ => "./data",
        Recursive = true,
    };

    public Option<string[]> Dimension { get; } = new("--dimension")
    {
        HelpName = "FILE",
        Description = "A dimension's definition; may be given several times. [default: dimensions/*.json beside the program]",
        Recursive = true,
    };

    /// <exception cref="UsageException">A definition file does not exist, or there is none at all.</exception>
    public CommonArguments Of(ParseResult parsed)
    {
        var files = parsed.GetValue(Dimension) ?? [];
        if (files.FirstOrDefault(file => !File.Exists(file)) is { } missing)
        {
            throw new UsageException($"The definition '{missing}' given with {Dimension.Name} does not exist.");
        }

        if (files.Length == 0)
        {
            var folder = Path.Combine(appFolder, "dimensions");
            files = Directory.Exists(folder)
                ? [.. Directory.GetFiles(folder, "*.json").Where(file => !file.EndsWith(".schema.json", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
                : [];
            if (files.Length == 0)
            {
                throw new UsageException($"There is no definition in '{folder}'; name one with {Dimension.Name} FILE.");
            }
        }

        return new() { Data = parsed.GetRequiredValue(Data), Dimensions = [.. files.Select(Path.GetFullPath)] };
    }
}
