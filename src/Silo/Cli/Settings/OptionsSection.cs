namespace CustomerTrack.Cli.Settings;

/// <summary>A section of the configuration and the options class it fills.</summary>
internal sealed record OptionsSection(string Name, Type Options);
