using System.CommandLine;

namespace CustomerTrack.Cli.Verbs;

/// <summary><c>health</c></summary>
internal static class HealthVerb
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static Command Create(CommandOutput output)
    {
        var url = UrlOption.Create();
        url.Description = "Where the service listens.";
        var ready = new Option<bool>("--ready") { Description = "Asks whether records get through, and not only whether the process answers." };
        var verb = new Command("health", """
            Asks a running service how it is: ends with 0 when it is well, else with 1 and the reason. For health checks of containers; needs no key.

            Examples:
              customertrack health
              customertrack health --ready --url http://127.0.0.1:9000
            """) { url, ready };
        verb.SetAction((parsed, cancellationToken) => AskAsync(
            new(parsed.GetRequiredValue(url), parsed.GetValue(ready) ? "/healthz/ready" : "/healthz/live"), output, cancellationToken));
        return verb;
    }

    private static async Task<int> AskAsync(Uri address, CommandOutput output, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync(address, cancellationToken);
            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                await output.Out.WriteLineAsync(text);
                return ExitCode.Done;
            }

            throw new CommandFailedException($"{address} answered {(int)answer.StatusCode} {answer.ReasonPhrase}: {text}");
        }
        catch (HttpRequestException failed)
        {
            throw new CommandFailedException($"{address} does not answer: {failed.Message}", failed);
        }
        catch (TaskCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandFailedException($"{address} did not answer within {Patience.TotalSeconds:0} seconds.", late);
        }
    }
}
