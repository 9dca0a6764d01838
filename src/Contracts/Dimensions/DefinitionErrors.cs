namespace CustomerTrack.Dimensions;

/// <summary>Gathers what is wrong with one definition file.</summary>
internal sealed class DefinitionErrors(string file)
{
    private readonly List<string> _errors = [];

    public IReadOnlyList<string> All => _errors;

    public void Add(string path, string message) => _errors.Add($"{file}: {path}: {message}");
}
