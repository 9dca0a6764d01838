using CustomerTrack.Generator;
using CustomerTrack.Harness;

namespace CustomerTrack.EndToEnd;

/// <summary>The rows of one feed, dealt to files anew: shuffled, split, repeated, in several formats.</summary>
internal sealed class Delivery
{
    private Delivery(IReadOnlyList<(string Name, byte[] Content)> files, long rows, long dirty, AnswerKey answer)
    {
        Files = files;
        Rows = rows;
        Dirty = dirty;
        Answer = answer;
    }

    public IReadOnlyList<(string Name, byte[] Content)> Files { get; }

    /// <summary>Rows in all files, repeated ones included.</summary>
    public long Rows { get; }

    /// <summary>Of these, rows nobody can accept.</summary>
    public long Dirty { get; }

    public AnswerKey Answer { get; }

    /// <summary>Deals all rows to <paramref name="files"/> files at random; every tenth row comes twice, and so does every fifth file.</summary>
    /// <param name="feeds">The same feed in one or two formats; the formats take turns by chance.</param>
    public static Delivery Deal(Random random, int files, params GeneratedFeed[] feeds)
    {
        var rows = feeds.Select(feed => feed.Files.SelectMany(file => file.Rows).ToArray()).ToArray();
        var count = rows[0].Length;
        var order = Enumerable.Range(0, count).Concat(Enumerable.Range(0, count / 10).Select(_ => random.Next(count))).ToArray();
        random.Shuffle(order);
        var dealt = new List<(string Name, byte[] Content)>();
        long delivered = 0, dirty = 0;
        for (var file = 0; file < files; file++)
        {
            var which = random.Next(feeds.Length);
            var part = order[(int)((long)order.Length * file / files)..(int)((long)order.Length * (file + 1) / files)].Select(i => rows[which][i]).ToArray();
            var gzip = random.Next(2) == 0;
            var content = feeds[which].Encode(part);
            var extension = Path.GetExtension(feeds[which].Files[0].Name) + (gzip ? ".gz" : "");
            for (var copy = 0; copy < (random.Next(5) == 0 ? 2 : 1); copy++)
            {
                dealt.Add(($"part-{file:D3}-{copy}{extension}", gzip ? Site.Gzip(content) : content));
                delivered += part.Length;
                dirty += part.Count(row => row.Kind == RowKind.Dirty);
            }
        }

        return new(dealt, delivered, dirty, feeds[0].AnswerKey);
    }
}
