namespace CustomerTrack.Cli.Output;

/// <summary>Rows of a query; read once, while the result is not disposed.</summary>
internal sealed class Result(IReadOnlyList<string> columns, IAsyncEnumerable<IReadOnlyList<Cell>> rows, IAsyncDisposable? owner) : IAsyncDisposable
{
    public IReadOnlyList<string> Columns { get; } = columns;

    public IAsyncEnumerable<IReadOnlyList<Cell>> Rows { get; } = rows;

    /// <summary>Rows that are in memory already.</summary>
    public static Result Of(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<Cell>> rows) => new(columns, rows.ToAsyncEnumerable(), owner: null);

    public ValueTask DisposeAsync() => owner?.DisposeAsync() ?? ValueTask.CompletedTask;
}
