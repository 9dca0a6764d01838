using System.Collections;

namespace CustomerTrack.Cli.Settings;

/// <summary>Where settings come from; what comes later wins.</summary>
internal static class ConfigurationSources
{
    /// <summary>The section everything of ours is in.</summary>
    public const string Section = "CustomerTrack";

    public const string EnvironmentPrefix = "CUSTOMERTRACK_";

    /// <summary>Orleans' own section, as far as it is needed: which provider keeps the table of silos.</summary>
    public const string OrleansSection = "Orleans";

    /// <summary>What OpenTelemetry's variables begin with. It looks for them in the configuration, under their own names.</summary>
    public const string OpenTelemetryPrefix = "OTEL_";

    /// <summary>
    /// Adds appsettings.json beside the program, then the environment (<c>CUSTOMERTRACK_State__Shards</c> is
    /// <c>CustomerTrack:State:Shards</c>, <c>Orleans__Clustering__ProviderType</c> is <c>Orleans:Clustering:ProviderType</c>), then what the command's options say.
    /// </summary>
    public static IConfigurationBuilder AddCustomerTrack(
        this IConfigurationBuilder configuration,
        string appFolder,
        IDictionary environment,
        IEnumerable<KeyValuePair<string, string?>> options)
    {
        configuration.AddJsonFile(Path.Combine(appFolder, "appsettings.json"), optional: false, reloadOnChange: false);
        configuration.AddInMemoryCollection(FromEnvironment(environment));
        return configuration.AddInMemoryCollection(options);
    }

    private static IEnumerable<KeyValuePair<string, string?>> FromEnvironment(IDictionary environment)
    {
        foreach (DictionaryEntry variable in environment)
        {
            var name = (string)variable.Key;
            if (name.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase) && name.Length > EnvironmentPrefix.Length)
            {
                yield return new($"{Section}:{name[EnvironmentPrefix.Length..].Replace("__", ":", StringComparison.Ordinal)}", (string?)variable.Value);
            }
            else if (name.StartsWith(OrleansSection + "__", StringComparison.OrdinalIgnoreCase))
            {
                yield return new(name.Replace("__", ":", StringComparison.Ordinal), (string?)variable.Value);
            }
            else if (name.StartsWith(OpenTelemetryPrefix, StringComparison.Ordinal))
            {
                yield return new(name, (string?)variable.Value);
            }
        }
    }
}
