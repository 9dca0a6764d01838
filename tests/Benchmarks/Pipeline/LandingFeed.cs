namespace CustomerTrack.Benchmarks;

/// <summary>Prepares files beside the landing folder and lets them appear in it as a well-behaved producer does: by a rename inside the folder.</summary>
internal sealed class LandingFeed
{
    private readonly string _landing;
    private readonly string _staging;
    private readonly List<string> _prepared = [];

    public LandingFeed(string data, string dimension)
    {
        _landing = Path.Combine(data, "landing", dimension);
        _staging = Path.Combine(data, "staging");
        Directory.CreateDirectory(_staging);
    }

    /// <summary>Files that are prepared and did not appear yet.</summary>
    public int Waiting => _prepared.Count;

    public void Prepare(string name, Action<string> write)
    {
        write(Path.Combine(_staging, name));
        _prepared.Add(name);
    }

    /// <summary>The next prepared file appears.</summary>
    /// <returns>Its name, and the time right before the rename.</returns>
    public (string Name, DateTimeOffset At) Land()
    {
        var name = _prepared[0];
        _prepared.RemoveAt(0);
        var hidden = Path.Combine(_landing, $".{name}.tmp");
        File.Move(Path.Combine(_staging, name), hidden);
        var at = DateTimeOffset.UtcNow;
        File.Move(hidden, Path.Combine(_landing, name));
        return (name, at);
    }
}
