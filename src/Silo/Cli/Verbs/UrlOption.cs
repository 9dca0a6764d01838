using System.CommandLine;

namespace CustomerTrack.Cli.Verbs;

/// <summary><c>--url</c>: where API and dashboard listen.</summary>
internal static class UrlOption
{
    public static Option<Uri> Create() => new("--url")
    {
        HelpName = "URL",
        Description = "Where API and dashboard listen.",
        DefaultValueFactory = _ => new("http://127.0.0.1:8080"),
        CustomParser = argument =>
        {
            var text = argument.Tokens[^1].Value;
            if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.AbsolutePath == "/")
            {
                return url;
            }

            argument.AddError($"--url is '{text}'; allowed: http://HOST:PORT or https://HOST:PORT.");
            return null!;
        },
    };
}
