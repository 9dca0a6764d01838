namespace CustomerTrack.Cli.Running;

/// <summary>A silo of the same name runs on the same data folder.</summary>
internal sealed class SiloNameTakenException(string name, string folder) : CommandFailedException(
    $"A silo named '{name}' works on the data folder '{folder}' already. Give this one another port with CustomerTrack:Cluster:SiloPort.");
