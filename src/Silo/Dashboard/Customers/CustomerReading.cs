using System.Text.Json;
using CustomerTrack.Detect;
using CustomerTrack.Dimensions;
using CustomerTrack.Emit;
using CustomerTrack.Records;

namespace CustomerTrack.Dashboard.Customers;

/// <summary>Reads one customer from its grain, and masks what the viewer may not see before anything of it leaves.</summary>
internal sealed class CustomerReading(IGrainFactory grains, FileNames names, TimeProvider time)
{
    public const string Mask = "•••••";

    /// <summary>Everything about a key; null when it is unknown.</summary>
    public async Task<CustomerHistoryView?> ReadAsync(DimensionDefinition dimension, string key, bool seesPii, CancellationToken cancellationToken)
    {
        var rows = (await grains.GetGrain<ICustomerGrain>(CustomerKey.Of(dimension.Name, key)).GetHistoryAsync(cancellationToken))
            .Where(row => row.State != RowState.Retracted).ToList();
        if (rows.Count == 0)
        {
            return null;
        }

        var files = await names.OfAsync(rows, cancellationToken);
        var contents = rows.ConvertAll(row => Values(dimension, row));
        var tracked = contents.ConvertAll(values => values.Where((_, i) => dimension.Columns[i].History == HistoryMode.Track).ToArray());
        var shown = new List<CustomerRow>(rows.Count);
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            var before = i > 0 && rows[i - 1].State == RowState.Version && rows[i - 1].ValidTo == row.ValidFrom ? contents[i - 1] : null;
            shown.Add(new()
            {
                IsGap = row.State == RowState.Deleted,
                From = row.ValidFrom,
                To = row.ValidTo,
                FromText = SequenceText.Format(row.ValidFrom, dimension.Sequence.Type),
                ToText = row.ValidTo is { } to ? SequenceText.Format(to, dimension.Sequence.Type) : "open",
                Revision = row.Revision,
                RecordedAt = SequenceText.ToDateTime(row.RecordedAt),
                File = files[row.File],
                FileNumber = row.File,
                Row = row.Row,
                Values = [.. contents[i].Select((value, column) => value is not null && !seesPii && dimension.Pii.Contains(dimension.Columns[column].Name) ? Mask : value)],
                Changed = [.. contents[i].Select((value, column) => before is not null && value != before[column])],
                IsLate = Lineage.IsLate(rows, i),
                Why = Lineage.Why(rows, i, tracked, dimension),
            });
        }

        var (start, end) = Span(rows, dimension);
        return new() { Dimension = dimension, Key = key, Rows = shown, Start = start, End = end };
    }

    // An open row has to be seen, however short it is compared with the others.
    private (long Start, long End) Span(List<Delta> rows, DimensionDefinition dimension)
    {
        var start = rows[0].ValidFrom;
        var last = rows[^1].ValidTo ?? rows[^1].ValidFrom;
        var least = last + Math.Max(1, (last - start) / 12);
        var now = SequenceText.FromTicks(time.GetUtcNow().UtcTicks);
        return (start, dimension.Sequence.Type.Kind == ColumnKind.Timestamp && rows[^1].ValidTo is null ? Math.Max(least, now) : least);
    }

    private static string?[] Values(DimensionDefinition dimension, Delta row)
    {
        if (row.State != RowState.Version)
        {
            return [];
        }

        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            ContentJson.WriteMembers(json, dimension, row.Content.Span);
            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(buffer.ToArray());
        return
        [
            .. dimension.Columns.Select(column => !document.RootElement.TryGetProperty(column.Name, out var value) || value.ValueKind == JsonValueKind.Null
                ? null
                : value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText()),
        ];
    }
}
