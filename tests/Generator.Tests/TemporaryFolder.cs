namespace CustomerTrack.Generator;

/// <summary>A folder that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("customertrack-generator-").FullName;

    public string Landing => System.IO.Path.Combine(Path, "landing");

    public string Answer => System.IO.Path.Combine(Path, "answer");

    /// <summary>Every file below the folder with its bytes in hex, by relative name.</summary>
    public SortedDictionary<string, string> Contents() => new(
        Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories).ToDictionary(
            file => System.IO.Path.GetRelativePath(Path, file),
            file => Convert.ToHexString(File.ReadAllBytes(file))),
        StringComparer.Ordinal);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
