namespace CustomerTrack.Cli;

/// <summary>The folder one pipeline lives in.</summary>
internal sealed class DataFolder
{
    private DataFolder(string root) => Root = root;

    public string Root { get; }

    /// <summary>Producers drop files below it, in a folder per dimension.</summary>
    public string Landing => Path.Combine(Root, "landing");

    /// <summary>Files that are done.</summary>
    public string Archive => Path.Combine(Root, "archive");

    /// <summary>The quarantine.</summary>
    public string Rejected => Path.Combine(Root, "rejected");

    /// <summary>Deltas as Parquet objects.</summary>
    public string Lake => Path.Combine(Root, "lake");

    /// <summary>Customers' states.</summary>
    public string State => Path.Combine(Root, "state");

    /// <summary>Names the states, and lies with them: where they are lost, it is.</summary>
    public string StateId => Path.Combine(State, "state-id");

    /// <summary>Who read or replayed what.</summary>
    public string Audit => Path.Combine(Root, "audit");

    /// <summary>With what a process alone protects sessions of people who sign in through a provider.</summary>
    public string SessionKeys => Path.Combine(Root, "session-keys");

    /// <summary>The DuckDB file.</summary>
    public string Warehouse => Path.Combine(Root, "warehouse.duckdb");

    /// <summary>
    /// Held, by a lock of the operating system, while a process works on the folder: alone, or together with the other silos of a cluster.
    /// </summary>
    public string LockFile => Path.Combine(Root, "process.lock");

    /// <summary>How to reach the process that works on the folder alone.</summary>
    public string ProcessFile => Path.Combine(Root, "process.json");

    /// <summary>What silos that share the folder have for themselves, a folder each.</summary>
    public string Silos => Path.Combine(Root, "silos");

    /// <summary>One silo's own place.</summary>
    public string Silo(string name) => Path.Combine(Silos, name);

    /// <summary>The folder as it may be; nothing is made.</summary>
    public static DataFolder At(string path) => new(Path.GetFullPath(path));

    /// <summary>Makes the folder and what belongs in it, where that is missing.</summary>
    /// <exception cref="CommandFailedException">A folder cannot be made or written to; says which and why.</exception>
    public DataFolder Create(IEnumerable<string> dimensions)
    {
        foreach (var folder in (IEnumerable<string>)[Root, Archive, Rejected, Lake, State, Landing, .. dimensions.Select(name => Path.Combine(Landing, name))])
        {
            try
            {
                Directory.CreateDirectory(folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new CommandFailedException($"The folder '{folder}' of the data folder cannot be made: {e.Message}", e);
            }
        }

        var probe = Path.Combine(Root, $".write-test-{Guid.NewGuid():N}");
        try
        {
            using (File.Create(probe, 1, FileOptions.DeleteOnClose))
            {
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException($"The data folder '{Root}' cannot be written to: {e.Message}", e);
        }

        return this;
    }

    /// <summary>Checks that there is a pipeline's folder, for commands that only read.</summary>
    /// <exception cref="CommandFailedException">There is none.</exception>
    public DataFolder MustExist() => Directory.Exists(Root)
        ? this
        : throw new CommandFailedException($"There is no data folder '{Root}'. Name another with --data, or make it with 'customertrack run', 'demo' or 'ingest'.");
}
