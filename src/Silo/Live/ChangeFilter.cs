namespace CustomerTrack.Live;

/// <summary>Which changes a watcher wants. Empty sets ask for everything.</summary>
/// <param name="Keys">Keys; one of them must have changed.</param>
/// <param name="Fields">Columns; one of them must differ.</param>
internal sealed record ChangeFilter(IReadOnlySet<string> Keys, IReadOnlySet<string> Fields)
{
    public static readonly ChangeFilter Everything = new(new HashSet<string>(), new HashSet<string>());

    public bool Wants(Change change) =>
        (Keys.Count == 0 || Keys.Contains(change.Key)) && (Fields.Count == 0 || change.Fields.Any(field => Fields.Contains(field.Column.Name)));
}
