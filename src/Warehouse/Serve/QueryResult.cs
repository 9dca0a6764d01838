using System.Globalization;
using System.Runtime.CompilerServices;
using CustomerTrack.Records;
using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace CustomerTrack.Serve;

/// <summary>A running query on one snapshot of the warehouse. Rows are fetched while they are read; dispose it to end the query.</summary>
public sealed class QueryResult : IAsyncDisposable
{
    // Fetched per hop to the thread pool.
    private const int RowsPerFetch = 1024;

    private readonly DuckDBConnection _connection;
    private readonly DuckDBCommand _command;
    private readonly DuckDBDataReader _reader;

    internal QueryResult(DuckDBConnection connection, DuckDBCommand command, DuckDBDataReader reader)
    {
        _connection = connection;
        _command = command;
        _reader = reader;
        Columns = [.. Enumerable.Range(0, reader.FieldCount).Select(i => new QueryColumn(reader.GetName(i), reader.GetDataTypeName(i).ToUpperInvariant()))];
    }

    public IReadOnlyList<QueryColumn> Columns { get; }

    /// <summary>
    /// The rows, once. Null is null; decimals whose type has more than 28 digits come as text, TIMESTAMP as a <see cref="DateTime"/> in UTC
    /// without a kind.
    /// </summary>
    /// <exception cref="QueryRefusedException">The query failed on the way, for example a value that cannot be cast.</exception>
    public async IAsyncEnumerable<object?[]> ReadRowsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var cancellation = cancellationToken.Register(_command.Cancel);
        while (true)
        {
            var rows = await Task.Run(() => Fetch(cancellationToken), cancellationToken);
            foreach (var row in rows)
            {
                yield return row;
            }

            if (rows.Count < RowsPerFetch)
            {
                yield break;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync();
        await _command.DisposeAsync();
        await _connection.DisposeAsync();
    }

    internal static Exception Translate(DuckDBException failure, CancellationToken cancellationToken) => failure.ErrorType switch
    {
        DuckDBErrorType.Interrupt when cancellationToken.IsCancellationRequested => new OperationCanceledException(failure.Message, failure, cancellationToken),
        DuckDBErrorType.Fatal or DuckDBErrorType.Internal or DuckDBErrorType.Io => new WarehouseException("run the query", failure),
        _ => new QueryRefusedException(failure.Message, failure),
    };

    private List<object?[]> Fetch(CancellationToken cancellationToken)
    {
        try
        {
            var rows = new List<object?[]>();
            while (rows.Count < RowsPerFetch && _reader.Read())
            {
                var row = new object?[Columns.Count];
                for (var i = 0; i < row.Length; i++)
                {
                    row[i] = _reader.IsDBNull(i) ? null : Value(i);
                }

                rows.Add(row);
            }

            return rows;
        }
        catch (DuckDBException failure)
        {
            throw Translate(failure, cancellationToken);
        }
    }

    private object Value(int column)
    {
        if (_reader.GetFieldType(column) != typeof(decimal))
        {
            return _reader.GetValue(column);
        }

        var wide = _reader.GetFieldValue<DuckDBDecimal>(column);
        var unscaled = (Int128)wide.Value.ToBigInteger();
        var text = DecimalText.Format(unscaled, wide.Scale);
        return wide.Width <= 28 ? decimal.Parse(text, CultureInfo.InvariantCulture) : text;
    }
}
