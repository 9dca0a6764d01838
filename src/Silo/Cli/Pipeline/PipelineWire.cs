using System.Text.Json;
using CustomerTrack.Cli.Output;
using CustomerTrack.Cluster;

namespace CustomerTrack.Cli.Pipeline;

/// <summary>
/// How commands talk to the running process: a POST per call; the answer is one JSON value a line and its last line says how
/// the call ended, so that an answer that was cut off is never taken for a whole one.
/// </summary>
internal static class PipelineWire
{
    public const string Prefix = "/internal/pipeline";

    /// <summary>First line of rows: an array of column names. Every row is an array.</summary>
    public const string Columns = "columns";

    /// <summary>A line on the way to a report.</summary>
    public const string Progress = "progress";

    /// <summary>Last line of a call that returns a report.</summary>
    public const string Report = "report";

    /// <summary>Last line of rows: how many there were.</summary>
    public const string Rows = "rows";

    /// <summary>Last line of a call that failed: what to tell the user.</summary>
    public const string Error = "error";

    /// <summary>Beside <see cref="Error"/>: the exit code.</summary>
    public const string Code = "code";

    /// <summary>A code between silos: whoever was asked does not have the warehouse; it is to be asked again, elsewhere.</summary>
    public const int NoWarehouse = 100;

    public static Cell CellOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => Cell.Null,
        JsonValueKind.String => new(CellKind.Text, value.GetString()!),
        JsonValueKind.Number => new(CellKind.Number, value.GetRawText()),
        JsonValueKind.True => new(CellKind.Boolean, "true"),
        JsonValueKind.False => new(CellKind.Boolean, "false"),
        _ => throw new InvalidDataException($"A cell is {value.ValueKind}."),
    };

    /// <summary>The failure a line reports, or null.</summary>
    public static Exception? FailureOf(JsonElement line) => line.ValueKind == JsonValueKind.Object && line.TryGetProperty(Error, out var message)
        ? line.GetProperty(Code).GetInt32() switch
        {
            ExitCode.Usage => new UsageException(message.GetString()!),
            NoWarehouse => new NoWarehouseException(message.GetString()!),
            _ => new CommandFailedException(message.GetString()!),
        }
        : null;
}
