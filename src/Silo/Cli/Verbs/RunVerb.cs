using System.CommandLine;

namespace CustomerTrack.Cli.Verbs;

/// <summary><c>run</c></summary>
internal static class RunVerb
{
    public static Command Create(CommonOptions common, Func<RunArguments, CancellationToken, Task<int>> run)
    {
        var url = UrlOption.Create();
        var verb = new Command("run", """
            Runs the service until it is stopped: ingest, warehouse, API and dashboard.

            Examples:
              customertrack run
              customertrack run --data /var/lib/customertrack --url http://127.0.0.1:9000
            """) { url };
        verb.SetAction((parsed, cancellationToken) => run(new() { Common = common.Of(parsed), Url = parsed.GetRequiredValue(url) }, cancellationToken));
        return verb;
    }
}
