using System.CommandLine;
using System.Globalization;

namespace CustomerTrack.Cli.Verbs;

/// <summary><c>demo</c></summary>
internal static class DemoVerb
{
    public static Command Create(CommonOptions common, Func<DemoArguments, CancellationToken, Task<int>> run)
    {
        var url = UrlOption.Create();
        var seconds = new Option<int?>("--seconds")
        {
            HelpName = "N",
            Description = "Stops by itself after N seconds and prints the result. [default: until Ctrl-C]",
            CustomParser = argument =>
            {
                var text = argument.Tokens[^1].Value;
                if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
                {
                    return number;
                }

                argument.AddError($"--seconds is '{text}'; allowed: a whole number from 1.");
                return null;
            },
        };
        var feed = new FeedOptions();
        var verb = new Command("demo", """
            Runs the service with a generator feeding it, and shows live numbers. Ctrl-C finishes what was accepted and ends.

            Examples:
              customertrack demo
              customertrack demo --seconds 30 --rate 20000 --customers 100000
            """) { url, seconds };
        feed.AddTo(verb);
        verb.SetAction((parsed, cancellationToken) => run(
            new()
            {
                Common = common.Of(parsed) with { Settings = feed.SettingsOf(parsed) },
                Url = parsed.GetRequiredValue(url),
                Duration = parsed.GetValue(seconds) is { } duration ? TimeSpan.FromSeconds(duration) : null,
            },
            cancellationToken));
        return verb;
    }
}
