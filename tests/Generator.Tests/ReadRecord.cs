using System.Globalization;
using System.Text;
using System.Text.Json;
using CustomerTrack.Dimensions;
using Sylvan.Data.Csv;

namespace CustomerTrack.Generator;

/// <summary>A record as a stranger reads it from the bytes of a file.</summary>
internal sealed record ReadRecord(string Key, DateTimeOffset At, long Ordinal, bool IsDelete, IReadOnlyDictionary<string, string?> Stated)
{
    /// <summary>The file's records in order, and how many rows of it are to be refused.</summary>
    public static (List<ReadRecord> Records, int Refused) ReadAll(byte[] file, FeedFormat format, DimensionDefinition definition)
    {
        List<ReadRecord> records = [];
        var refused = 0;
        foreach (var fields in format == FeedFormat.Csv ? Csv(file) : Ndjson(file))
        {
            if (fields is not null && Of(fields, definition) is { } record)
            {
                records.Add(record);
            }
            else
            {
                refused++;
            }
        }

        return (records, refused);
    }

    private static ReadRecord? Of(Dictionary<string, string?> fields, DimensionDefinition definition)
    {
        if (fields["customer_id"] is not { } key
            || !DateTimeOffset.TryParseExact(fields["updated_at"], "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            || at > DateTimeOffset.UtcNow)
        {
            return null;
        }

        var ordinal = definition.OrdinalColumn is { } column ? long.Parse(fields[column]!, CultureInfo.InvariantCulture) : 0;
        var isDelete = definition.Operation!.Delete.Contains(fields["op"]);
        Assert.True(isDelete || fields["op"] == "u", $"Operation '{fields["op"]}' is neither a delete nor an upsert.");
        return new(key, at, ordinal, isDelete, definition.Columns.Where(data => fields.ContainsKey(data.Name)).ToDictionary(data => data.Name, data => fields[data.Name]));
    }

    private static IEnumerable<Dictionary<string, string?>?> Csv(byte[] file)
    {
        using var reader = CsvDataReader.Create(new StreamReader(new MemoryStream(file), new UTF8Encoding(false)), new CsvDataReaderOptions { Delimiter = ',' });
        while (reader.Read())
        {
            yield return reader.RowFieldCount != reader.FieldCount
                ? null
                : Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName, i => reader.GetString(i) is { Length: > 0 } text ? text : null);
        }
    }

    private static IEnumerable<Dictionary<string, string?>?> Ndjson(byte[] file)
    {
        foreach (var line in Encoding.UTF8.GetString(file).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Dictionary<string, string?>? fields = null;
            try
            {
                fields = JsonDocument.Parse(line).RootElement.EnumerateObject().ToDictionary(
                    member => member.Name,
                    member => member.Value.ValueKind == JsonValueKind.Null ? null : member.Value.ToString());
            }
            catch (JsonException)
            {
                // No object: the row is refused.
            }

            yield return fields;
        }
    }
}
