using System.Text.Json;
using CustomerTrack.Cli.Pipeline;
using CustomerTrack.Dashboard.Customers;
using CustomerTrack.Dimensions;
using CustomerTrack.Ingest;

namespace CustomerTrack.Dashboard.Rejects;

/// <summary>Reads the quarantine, and masks what the viewer may not see before anything of it leaves.</summary>
internal sealed class RejectsReading(IPipelineClient pipeline, Quarantine quarantine, IDimensionCatalog dimensions)
{
    private const int Examples = 10;

    /// <summary>What waits, the most first. In a cluster, of all silos.</summary>
    public async Task<IReadOnlyList<RejectedGroup>> GroupsAsync(CancellationToken cancellationToken)
    {
        var rows = new List<(string Dimension, string File, string Reason, long Count, bool IsWholeFile)>();
        await using var result = await pipeline.RejectsAsync(reason: null, cancellationToken);
        await foreach (var row in result.Rows.WithCancellation(cancellationToken))
        {
            rows.Add((row[0].Text, row[1].Text, row[2].Text, long.Parse(row[3].Text, System.Globalization.CultureInfo.InvariantCulture), row[4].Text == "true"));
        }

        return
        [
            .. rows.GroupBy(row => row.Reason).Select(group => new RejectedGroup
            {
                Reason = group.Key,
                Records = group.Where(row => !row.IsWholeFile).Sum(row => row.Count),
                WholeFiles = group.Count(row => row.IsWholeFile),
                Dimensions = [.. group.Select(row => row.Dimension).Distinct().Order(StringComparer.Ordinal)],
                Files = group.Select(row => (row.Dimension, row.File)).Distinct().Count(),
            }).OrderByDescending(group => group.Records + group.WholeFiles),
        ];
    }

    /// <summary>Some of what waits for a reason in this process's reach.</summary>
    public async Task<IReadOnlyList<RejectedExample>> ExamplesAsync(string reason, bool seesPii, CancellationToken cancellationToken) =>
        [.. (await quarantine.ExamplesAsync(reason, Examples, cancellationToken)).Select(example => Of(example, seesPii))];

    private RejectedExample Of(QuarantineExample example, bool seesPii)
    {
        var known = dimensions.TryGet(example.Dimension, out var dimension)
            ? dimension.Key.Concat(dimension.Columns).Select(column => column.Name).Where(name => !dimension.Pii.Contains(name)).ToHashSet(StringComparer.Ordinal)
            : [];
        return new()
        {
            File = example.File,
            Row = example.Row,
            Column = example.Column,

            // It quotes what was found, and a bad value may be anybody's.
            Message = seesPii ? example.Message : "The message quotes the value and is masked.",
            Values = example.RecordJson is { } json ? Values(json, name => seesPii || known.Contains(name), seesPii) : [],
        };
    }

    // A column that the definition does not know may hold anything, and so may text that could not be split.
    private static List<(string Name, string Value)> Values(string json, Func<string, bool> isShown, bool seesPii)
    {
        using var record = JsonDocument.Parse(json);
        return record.RootElement.ValueKind == JsonValueKind.Object
            ? [.. record.RootElement.EnumerateObject().Select(member => (member.Name, Text(member.Value) is var text && (isShown(member.Name) || member.Value.ValueKind == JsonValueKind.Null) ? text : CustomerReading.Mask))]
            : [("", seesPii ? Text(record.RootElement) : CustomerReading.Mask)];
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };
}
