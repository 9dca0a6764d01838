using System.CommandLine;

namespace CustomerTrack.Cli.Verbs;

/// <summary><c>generate</c></summary>
internal static class GenerateVerb
{
    public static Command Create(CommonOptions common, Func<GenerateArguments, CancellationToken, Task<int>> run)
    {
        var to = new Option<string?>("--to") { HelpName = "DIR", Description = "Where the files go. [default: the data folder's landing]" };
        var into = new Option<string?>("--into") { HelpName = "NAME", Description = "The dimension to feed; may be left out where one is loaded." };
        var feed = new FeedOptions();
        var verb = new Command("generate", """
            Writes the feed of an invented population that moves, marries and repeats itself: late, duplicated and dirty on purpose.

            Examples:
              customertrack generate --to ./feed --rows 1000000
              customertrack generate --rate 5000 --rows 0 --interval 00:00:01
            """) { to, into };
        feed.AddTo(verb);
        verb.SetAction((parsed, cancellationToken) => run(
            new()
            {
                Common = common.Of(parsed) with { Settings = feed.SettingsOf(parsed) },
                To = parsed.GetValue(to),
                Dimension = parsed.GetValue(into),
            },
            cancellationToken));
        return verb;
    }
}
