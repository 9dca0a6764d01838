using System.Globalization;
using CustomerTrack.Merge;
using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace CustomerTrack.Load;

/// <summary>
/// The database file: one connection that writes, one caller at a time, and connections that read beside it. DuckDB itself is
/// told to touch no other file than the lake, to load no extension and to keep these settings, because people's queries run here too.
/// </summary>
internal sealed class WarehouseDatabase : IAsyncDisposable
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly string _connectionString;
    private readonly IReadOnlyList<string> _folders;
    private readonly DuckDbWarehouseOptions _options;
    private DuckDBConnection? _writer;
    private bool _disposed;

    /// <param name="folders">Where DuckDB may read files besides its own.</param>
    public WarehouseDatabase(string path, IReadOnlyList<string> folders, DuckDbWarehouseOptions options)
    {
        Path = System.IO.Path.GetFullPath(path);
        _folders = folders;
        _options = options;
        _connectionString = new DuckDBConnectionStringBuilder
        {
            DataSource = Path,
            ["memory_limit"] = string.Create(CultureInfo.InvariantCulture, $"{options.MemoryLimitMegabytes}MB"),
            ["threads"] = options.Threads.ToString(CultureInfo.InvariantCulture),
        }.ConnectionString;
    }

    public string Path { get; }

    /// <exception cref="WarehouseException">The file cannot be opened, or is open already.</exception>
    public void Open()
    {
        var connection = new DuckDBConnection(_connectionString);
        try
        {
            connection.Open();
            if (connection.Scalar<bool>("SELECT current_setting('lock_configuration')"))
            {
                throw new WarehouseException($"The warehouse '{Path}' is open in this process already.");
            }

            var folders = string.Join(", ", _folders.Select(folder => SqlName.Literal(folder.EndsWith('/') ? folder : folder + "/")));
            connection.Execute($"""
                SET GLOBAL TimeZone = 'UTC';
                SET GLOBAL preserve_insertion_order = false;
                SET GLOBAL checkpoint_threshold = '{_options.CheckpointThresholdMegabytes}MB';
                SET GLOBAL autoinstall_known_extensions = false;
                SET GLOBAL autoload_known_extensions = false;
                SET GLOBAL allowed_directories = [{folders}];
                SET GLOBAL enable_external_access = false;
                SET GLOBAL lock_configuration = true;
                """);
            _writer = connection;
        }
        catch (DuckDBException failure)
        {
            connection.Dispose();
            throw new WarehouseException($"open '{Path}' (is another process using it?)", failure);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs <paramref name="work"/> in a transaction of its own; all of it or nothing happens.</summary>
    /// <param name="committed">What to remember once it is durable, while nobody else writes.</param>
    /// <exception cref="WarehouseException">It failed and was rolled back.</exception>
    public Task<TResult> WriteAsync<T, TResult>(string doing, Func<DuckDBConnection, T> work, Func<T, TResult> committed, CancellationToken cancellationToken) =>
        WithWriterAsync(doing, connection =>
        {
            using var transaction = connection.BeginTransaction();
            var result = work(connection);
            transaction.Commit();
            return committed(result);
        }, cancellationToken);

    /// <summary>Runs <paramref name="work"/> in a transaction of its own; all of it or nothing happens.</summary>
    public Task WriteAsync(string doing, Action<DuckDBConnection> work, CancellationToken cancellationToken) =>
        WriteAsync(doing, connection =>
        {
            work(connection);
            return true;
        }, static done => done, cancellationToken);

    /// <summary>Runs <paramref name="work"/> on the writing connection without a transaction.</summary>
    public async Task<T> WithWriterAsync<T>(string doing, Func<DuckDBConnection, T> work, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Run(doing, work), CancellationToken.None);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>A connection to read with; the caller closes it.</summary>
    public DuckDBConnection OpenReader()
    {
        var connection = new DuckDBConnection(_connectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch (DuckDBException failure)
        {
            connection.Dispose();
            throw new WarehouseException($"open '{Path}' for reading", failure);
        }
    }

    /// <summary>Runs <paramref name="work"/> on a snapshot of its own beside the writer.</summary>
    public Task<T> ReadAsync<T>(string doing, Func<DuckDBConnection, T> work, CancellationToken cancellationToken) => Task.Run(() =>
    {
        using var connection = OpenReader();
        try
        {
            connection.Execute("BEGIN TRANSACTION READ ONLY");
            return work(connection);
        }
        catch (DuckDBException failure)
        {
            throw new WarehouseException(doing, failure);
        }
    }, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        await _writing.WaitAsync();
        _disposed = true;
        if (_writer is not null)
        {
            await _writer.DisposeAsync();
            _writer = null;
        }

        _writing.Dispose();
    }

    private T Run<T>(string doing, Func<DuckDBConnection, T> work)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_writer is null)
        {
            Open();
        }

        try
        {
            return work(_writer!);
        }
        catch (DuckDBException failure)
        {
            // After a fatal error (a full disk while the log is written) DuckDB refuses everything until the file is opened anew.
            if (failure.ErrorType is DuckDBErrorType.Fatal or DuckDBErrorType.Internal)
            {
                _writer!.Dispose();
                _writer = null;
            }

            throw new WarehouseException(doing, failure);
        }
    }
}
