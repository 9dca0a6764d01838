using System.CommandLine;

namespace CustomerTrack.Cli.Verbs;

/// <summary>An option that takes one of an enum's names, in lower case; the first is the default.</summary>
internal static class Choice
{
    public static Option<T> Create<T>(string name, string description)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>().Select(text => text.ToLowerInvariant()).ToArray();
        return new(name)
        {
            HelpName = string.Join('|', names),
            Description = description,
            DefaultValueFactory = _ => default,
            CustomParser = argument =>
            {
                var text = argument.Tokens[^1].Value;
                if (Array.IndexOf(names, text) is var index and >= 0)
                {
                    return Enum.GetValues<T>()[index];
                }

                argument.AddError($"{name} is '{text}'; allowed: {string.Join(", ", names)}.");
                return default;
            },
        };
    }
}
