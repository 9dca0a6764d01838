using System.Text.Json;

namespace CustomerTrack.Snowflake.Tests.Client;

/// <summary>Answers of the SQL API, shaped as Snowflake shapes them.</summary>
internal static class SqlApi
{
    public const string Handle = "019c06a4-0000-df4f-0000-00100006589e";

    public static string Running(string handle = Handle) => JsonSerializer.Serialize(new
    {
        code = "333334",
        message = "Asynchronous execution in progress. Use provided query id to perform query monitoring and management.",
        statementHandle = handle,
        statementStatusUrl = $"/api/v2/statements/{handle}?requestId={Guid.NewGuid()}",
    });

    public static string Rows((string Name, string Type)[] columns, string?[][] rows, int[]? partitions = null) => JsonSerializer.Serialize(new
    {
        resultSetMetaData = new
        {
            numRows = partitions?.Sum() ?? rows.Length,
            format = "jsonv2",
            partitionInfo = (partitions ?? [rows.Length]).Select(count => new { rowCount = count, uncompressedSize = count * 10 }),
            rowType = columns.Select(column => new { name = column.Name, database = "", schema = "", table = "", scale = 0, precision = 38, length = 0, type = column.Type, nullable = true, byteLength = (int?)null, collation = (string?)null }),
        },
        data = rows,
        code = "090001",
        statementStatusUrl = $"/api/v2/statements/{Handle}?requestId={Guid.NewGuid()}",
        requestId = Guid.NewGuid(),
        sqlState = "00000",
        statementHandle = Handle,
        message = "Statement executed successfully.",
        createdOn = 1769860800000,
    });

    public static string Partition(string?[][] rows) => JsonSerializer.Serialize(new { data = rows });

    public static string Done => Rows([("status", "text")], [["Statement executed successfully."]]);

    public static string Failed(string code, string message, string sqlState) => JsonSerializer.Serialize(new { code, message, sqlState, statementHandle = Handle });
}
