using System.Data;
using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Snowflake;

/// <summary>Runs SQL through an ADO.NET driver. Each call has a connection, and so a session, of its own.</summary>
internal sealed partial class AdoNetClient(DbProviderFactory factory, DriverSession session, ICredential credential, TimeProvider time, ILogger<AdoNetClient> logger) : ISnowflakeSql
{
    public Task<SnowflakeRows> QueryAsync(string statement, IReadOnlyList<string> binds, CancellationToken cancellationToken = default)
    {
        var text = new StatementBatch([statement]);
        return RunAsync(
            text,
            async command =>
            {
                foreach (var (index, value) in binds.Index())
                {
                    Add(command, (index + 1).ToString(CultureInfo.InvariantCulture), DbType.String, value);
                }

                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                return await ReadAsync(reader, cancellationToken);
            },
            cancellationToken);
    }

    public async Task ExecuteAsync(IReadOnlyList<string> statements, CancellationToken cancellationToken = default)
    {
        if (statements.Count == 0)
        {
            return;
        }

        var batch = new StatementBatch(statements);
        await RunAsync(
            batch,
            async command =>
            {
                if (batch.Count > 1)
                {
                    Add(command, "MULTI_STATEMENT_COUNT", DbType.Int16, checked((short)batch.Count));
                }

                return await command.ExecuteNonQueryAsync(cancellationToken);
            },
            cancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<T> RunAsync<T>(StatementBatch batch, Func<DbCommand, Task<T>> run, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var outcome = "cancelled";
        LogStatement(batch);
        try
        {
            await using var connection = factory.CreateConnection() ?? throw new SnowflakeException("The driver makes no connections.");
            connection.ConnectionString = session.ConnectionString();
            await connection.OpenAsync(cancellationToken);
            if (session.Opening is not null)
            {
                await using var opening = connection.CreateCommand();
                opening.CommandText = session.Opening;
                await opening.ExecuteNonQueryAsync(cancellationToken);
            }

            await using var command = connection.CreateCommand();
            command.CommandText = batch.Text;
            command.CommandTimeout = 0;
            var result = await run(command);
            outcome = "ok";
            return result;
        }
        catch (SnowflakeException)
        {
            outcome = "refused";
            throw;
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested)
        {
            // The driver tells a cancelled statement as an error of its own.
            throw exception as OperationCanceledException ?? new OperationCanceledException($"The {batch} was cancelled.", exception, cancellationToken);
        }
        catch (Exception exception)
        {
            // Drivers throw much besides DbException; all of it is this call's failure.
            var failure = DriverErrors.Of(exception, batch.Explain, credential);
            outcome = failure.IsTransient ? "unavailable" : "refused";
            throw failure;
        }
        finally
        {
            SnowflakeInstruments.Record("statement", outcome, time.GetElapsedTime(started));
        }
    }

    private static async Task<SnowflakeRows> ReadAsync(DbDataReader reader, CancellationToken cancellationToken)
    {
        var scales = (reader.GetSchemaTable() ?? throw new SnowflakeException("The driver describes no columns; a statement that gives rows was expected.")).Rows;
        var columns = new SnowflakeColumn[reader.FieldCount];
        var digits = new int[columns.Length];
        for (var index = 0; index < columns.Length; index++)
        {
            columns[index] = new SnowflakeColumn(reader.GetName(index), reader.GetDataTypeName(index).ToLowerInvariant());
            digits[index] = scales[index][SchemaTableColumn.NumericScale] is DBNull or null ? 0 : Convert.ToInt32(scales[index][SchemaTableColumn.NumericScale], CultureInfo.InvariantCulture);
        }

        var rows = new List<IReadOnlyList<string?>>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var values = new string?[columns.Length];
            for (var index = 0; index < columns.Length; index++)
            {
                values[index] = Spell(reader, index, columns[index], digits[index], rows.Count + 1);
            }

            rows.Add(values);
        }

        return new SnowflakeRows { Columns = columns, Rows = rows };
    }

    private static string? Spell(DbDataReader reader, int index, SnowflakeColumn column, int scale, int row)
    {
        try
        {
            return DriverValue.Spell(column.Type, scale, reader.GetValue(index));
        }
        catch (OverflowException)
        {
            // A number of up to 38 digits that no type of .NET's holds: the driver still has its text.
            return reader.GetString(index);
        }
        catch (Exception exception) when (exception is FormatException or InvalidCastException)
        {
            throw new SnowflakeException($"Row {row}, column {column.Name}: the driver gave what a column of the type {column.Type} cannot hold ({exception.GetType().Name}).");
        }
    }

    private static void Add(DbCommand command, string name, DbType type, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.DbType = type;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }

    [LoggerMessage(LogLevel.Debug, "Runs {Statement} in Snowflake through the driver.")]
    private partial void LogStatement(StatementBatch statement);
}
