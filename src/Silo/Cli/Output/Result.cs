namespace CustomerTrack.Cli.Output;

/// <summary>Rows of a query; read once, while the result is not disposed.</summary>
internal sealed class Result(IReadOnlyList<string> columns, IAsyncEnumerable<IReadOnlyList<Cell>> rows, IAsyncDisposable owner) : IAsyncDisposable
{
    public IReadOnlyList<string> Columns { get; } = columns;

    public IAsyncEnumerable<IReadOnlyList<Cell>> Rows { get; } = rows;

    public ValueTask DisposeAsync() => owner.DisposeAsync();
}
