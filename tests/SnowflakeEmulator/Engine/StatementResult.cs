using System.Globalization;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>What a statement gave: rows as the wire has them (booleans as 1 and 0).</summary>
internal sealed record StatementResult(IReadOnlyList<ResultColumn> Columns, IReadOnlyList<string?[]> Rows, int TypeId)
{
    public const int Select = 0x1000, Insert = 0x3100, Update = 0x3200, Delete = 0x3300, Merge = 0x3400, CopyInto = 0x3600, Use = 0x4300, Show = 0x4400, Transaction = 0x5000, Ddl = 0x6000, Call = 0x9000, Multi = 0xA000;

    public static StatementResult Status(string message, int typeId = Ddl) => new([ResultColumn.Text("status")], [[message]], typeId);

    public static StatementResult Counts(int typeId, params (string Name, long Count)[] counts) => new(
        [.. counts.Select(count => new ResultColumn(count.Name, "fixed", 19, 0))],
        [[.. counts.Select(count => count.Count.ToString(CultureInfo.InvariantCulture))]],
        typeId);
}
