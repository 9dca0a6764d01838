using System.ComponentModel.DataAnnotations;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Generator;

/// <summary>
/// A whole feed in memory, for tests that shuffle, split and repeat it. Rows may go to other files only where the dimension
/// has an ordinal column; without one <see cref="GeneratedRow.IsBound"/> rows must stay together. Not thread-safe.
/// </summary>
public sealed class GeneratedFeed
{
    private readonly FeedSource _source;

    private GeneratedFeed(FeedSource source, IReadOnlyList<GeneratedFile> files)
    {
        _source = source;
        Files = files;
    }

    /// <summary>The files in the order they would have been written.</summary>
    public IReadOnlyList<GeneratedFile> Files { get; }

    public AnswerKey AnswerKey => _source.AnswerKey;

    /// <summary>Makes the files that <see cref="FeedRun"/> would write.</summary>
    /// <exception cref="ValidationException">The options or the dimension cannot be used, or the feed would have no end.</exception>
    public static GeneratedFeed Build(GeneratorOptions options, DimensionDefinition definition)
    {
        if (options.Rows == 0)
        {
            throw new ValidationException($"{nameof(GeneratorOptions.Rows)} is 0, a feed without end; a feed in memory needs a number.");
        }

        var source = new FeedSource(FeedPlan.For(options, definition, TimeProvider.System), TimeProvider.System);
        List<GeneratedFile> files = [];
        while (source.Feed.StartFile())
        {
            List<GeneratedRow> rows = [];
            while (source.Feed.TryRead(out var row))
            {
                rows.Add(new(source, row));
            }

            if (rows.Count > 0)
            {
                files.Add(new(source.FileName($"s{options.Seed}", files.Count + 1), rows));
            }
        }

        source.Feed.Counts.Files = files.Count;
        return new(source, files);
    }

    /// <summary>The bytes of a file with these rows, never compressed.</summary>
    public byte[] Encode(IEnumerable<GeneratedRow> rows)
    {
        var encoder = _source.CreateEncoder();
        var buffer = new ByteBuffer();
        encoder.Begin(buffer);
        foreach (var row in rows)
        {
            encoder.Row(row.Row, buffer);
        }

        return buffer.Written.ToArray();
    }
}
