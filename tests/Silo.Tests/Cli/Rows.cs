using CustomerTrack.Cli.Output;

namespace CustomerTrack.Cli;

/// <summary>Results made of values.</summary>
internal static class Rows
{
    public static Result Of(string[] columns, params object?[][] rows) => new(columns, ReadAsync(rows), new Nothing());

    private static async IAsyncEnumerable<IReadOnlyList<Cell>> ReadAsync(object?[][] rows)
    {
        foreach (var row in rows)
        {
            await Task.Yield();
            yield return [.. row.Select(Cell.Of)];
        }
    }

    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
