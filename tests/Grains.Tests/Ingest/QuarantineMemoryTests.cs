using System.Text.Json;
using CustomerTrack.Ingest;

namespace CustomerTrack.Tests.Ingest;

/// <summary>The heap while a million rows are rejected. Alone: the heap is the whole process's.</summary>
[Collection(nameof(AloneGroup))]
public sealed class QuarantineMemoryTests : IDisposable
{
    private readonly IngestFixture _ingest = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_million_bad_rows_need_little_memory()
    {
        const int Rows = 1_000_000;
        var path = _ingest.File("bad.csv", []).Path;
        await using (var text = new StreamWriter(path))
        {
            await text.WriteLineAsync("id,at,name,city");
            for (var i = 0; i < Rows; i++)
            {
                await text.WriteLineAsync(",2026-01-31,Ann,Oslo");
            }
        }

        var file = _ingest.File("bad.csv", []) with { Path = path };
        var before = GC.GetTotalMemory(forceFullCollection: true);
        long highest = 0;
        using (var reader = RecordReader.Open(file, _ingest.Zone(), _ingest.Options, _ingest.Time))
        await using (var writer = new QuarantineWriter(_ingest.Folder, file))
        {
            var chunk = new RecordChunk();
            for (var round = 0; reader.Read(chunk, 2000); round++)
            {
                await writer.AddAsync(chunk.Rejected, Cancel);
                if (round % 100 == 0)
                {
                    highest = Math.Max(highest, GC.GetTotalMemory(forceFullCollection: true));
                }
            }

            await writer.CompleteAsync(Cancel);
            Assert.Equal(Rows, writer.Count);
        }

        // It may well be less than before: what earlier tests left goes meanwhile.
        Assert.InRange(highest - before, long.MinValue, 16 * 1024 * 1024);
        using var last = JsonDocument.Parse(File.ReadLines(_ingest.Folder.QuarantinePath(file)).Last());
        Assert.Equal(Rows, last.RootElement.GetProperty("row").GetInt64());
    }

    public void Dispose() => _ingest.Dispose();
}
