namespace CustomerTrack.Harness;

/// <summary>A folder that goes with its test.</summary>
public sealed class TestFolder : IDisposable
{
    /// <summary>Full path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("customertrack-test-").FullName;

    /// <summary>A path below the folder.</summary>
    public string In(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
