using System.Collections.Concurrent;
using CustomerTrack.Lake;
using CustomerTrack.S3Server;
using CustomerTrack.Warehouse.Tests;
using Microsoft.Extensions.Time.Testing;

namespace CustomerTrack.S3.Tests.Lake;

public sealed class S3LakeTests(ITestOutputHelper output)
{
    private static CancellationToken Cancel => Store.Cancel;

    [Fact]
    public async Task Names_say_the_dimension_and_the_day_and_are_listed_in_order_with_their_rows()
    {
        await using var site = await S3Site.CreateAsync();
        List<LakeObject> written = [await site.WriteAsync(1), await site.WriteAsync(2), await site.WriteAsync(3)];

        Assert.Equal(written, await site.ListAsync());
        Assert.Matches(@"^dimension=customer/date=\d{4}-\d\d-\d\d/\d{8}T\d{6}\.\d{6}Z-[0-9a-f]{8}-000001-1\.parquet$", written[0].Name);
        Assert.Equal(["customer"], await site.Lake.ListDimensionsAsync(Cancel));
        Assert.Equal(written.Select(item => "lake/" + item.Name), await site.KeysAsync());
    }

    [Fact]
    public async Task Of_writers_of_one_name_one_wins_and_what_is_there_is_never_replaced()
    {
        await using var site = await S3Site.CreateAsync();
        using var bucket = new S3Bucket(site.Options, TimeProvider.System);

        var won = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i => await bucket.TryCreateAsync("one", new byte[] { (byte)i }, $"writer-{i}", Cancel)));
        var winner = Array.IndexOf(won, true);

        Assert.Single(won, true);
        Assert.Equal(new byte[] { (byte)winner }, await site.Bucket.GetAsync("one", Cancel));
        Assert.True(await bucket.TryCreateAsync("one", new byte[] { 9 }, $"writer-{winner}", Cancel));
        Assert.Equal(new byte[] { (byte)winner }, await site.Bucket.GetAsync("one", Cancel));
    }

    [Fact]
    public async Task A_lost_answer_is_recognised_and_the_object_is_there_once()
    {
        await using var site = await S3Site.CreateAsync();
        var lost = 0;
        site.Proxy.Plan = request => request.Method == "PUT" && Interlocked.Increment(ref lost) <= 2 ? new S3Fault.LoseAnswer() : null;

        var written = await site.WriteAsync(5);

        Assert.Equal(3, lost);
        Assert.Equal([written], await site.ListAsync());
    }

    [Fact]
    public async Task A_write_that_failed_is_repeated_under_its_name()
    {
        await using var site = await S3Site.CreateAsync(options => options.MaxRetries = 1);
        var deltas = new[] { Deltas.Version("a", 1, null, 1) };
        site.Proxy.Plan = request => request.Method == "PUT" ? new S3Fault.LoseAnswer() : null;
        var failure = await Assert.ThrowsAsync<LakeException>(async () => await site.Lake.WriteAsync(TestDimensions.Customer(), deltas, S3Site.Files, Cancel));
        Assert.True(Assert.IsType<S3Exception>(failure.InnerException).MayHaveHappened);
        Assert.Single(await site.KeysAsync());

        site.Proxy.Plan = _ => null;
        var written = await site.Lake.WriteAsync(TestDimensions.Customer(), deltas, S3Site.Files, Cancel);

        Assert.Equal([written], await site.ListAsync());
    }

    [Fact]
    public async Task Whatever_goes_wrong_on_the_way_every_promised_object_is_there_once_and_whole_and_nothing_else()
    {
        var seed = Random.Shared.Next(1, 1_000_000);
        output.WriteLine($"Seed {seed}.");
        await using var site = await S3Site.CreateAsync(options => options.MaxRetries = 4);
        site.Proxy.Plan = FaultyS3.Chance(seed, share: 0.25);
        var promised = new ConcurrentBag<LakeObject>();

        await Parallel.ForEachAsync(Enumerable.Range(1, 40), new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = Cancel }, async (rows, cancellation) =>
        {
            var deltas = Enumerable.Range(1, rows).Select(i => Deltas.Version("a" + i, i, null, i)).ToArray();
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    promised.Add(await site.Lake.WriteAsync(TestDimensions.Customer(), deltas, S3Site.Files, cancellation));
                    return;
                }
                catch (LakeException failure) when (attempt < 20 && failure.InnerException is S3Exception { Kind: S3FailureKind.Throttled or S3FailureKind.Unreachable or S3FailureKind.TimedOut or S3FailureKind.StoreFailed })
                {
                    // As the writer of deltas does: again, with the same ones.
                }
            }
        });

        site.Proxy.Plan = _ => null;
        var listed = await site.ListAsync();
        Assert.Equal(promised.OrderBy(item => item.Name, StringComparer.Ordinal), listed);
        foreach (var item in listed)
        {
            using var local = await site.Lake.OpenLocalAsync(item, Cancel);
            Assert.Equal(item.Rows, LakeEncoders.CountRows(local.Path, item.Name));
        }
    }

    [Fact]
    public async Task Large_objects_go_up_in_parts_and_a_lost_completion_is_recognised()
    {
        await using var site = await S3Site.CreateAsync(options => options.MultipartThresholdMegabytes = 5);
        using var bucket = new S3Bucket(site.Options, TimeProvider.System);
        var content = new byte[(12 * 1024 * 1024) + 17];
        new Random(1).NextBytes(content);
        var completions = 0;
        site.Proxy.Plan = request => request.Method == "POST" && request.Query.Contains("uploadId", StringComparison.Ordinal) && Interlocked.Increment(ref completions) == 1
            ? new S3Fault.LoseAnswer() : null;

        Assert.True(await bucket.TryCreateAsync("large", content, "mine", Cancel));

        Assert.Equal(content, await site.Bucket.GetAsync("large", Cancel));
        Assert.True(completions >= 1);
        Assert.Equal(3, site.Proxy.Requests.Count(request => request.Method == "PUT" && request.Query.Contains("partNumber", StringComparison.Ordinal)));
        Assert.True(await bucket.TryCreateAsync("large", content, "mine", Cancel));
        Assert.False(await bucket.TryCreateAsync("large", content, "another", Cancel));
    }

    [Fact]
    public async Task An_upload_that_fails_is_given_up_and_what_a_crash_left_goes_at_a_start_a_day_later()
    {
        await using var site = await S3Site.CreateAsync(options =>
        {
            options.MultipartThresholdMegabytes = 5;
            options.MaxRetries = 0;
        });
        using var bucket = new S3Bucket(site.Options, TimeProvider.System);
        site.Proxy.Plan = request => request.Query.Contains("partNumber=2", StringComparison.Ordinal) ? S3Fault.InternalError : null;
        await Assert.ThrowsAsync<S3Exception>(() => bucket.TryCreateAsync("lake/dimension=customer/large", new byte[11 * 1024 * 1024], "mine", Cancel));
        Assert.Equal(0, await bucket.AbortUploadsAsync("lake/", DateTimeOffset.MaxValue, Cancel));

        // The same, and this time the process cannot clean up.
        site.Proxy.Plan = request => request.Query.Contains("partNumber=2", StringComparison.Ordinal) || request.Method == "DELETE" ? S3Fault.InternalError : null;
        await Assert.ThrowsAsync<S3Exception>(() => bucket.TryCreateAsync("lake/dimension=customer/large", new byte[11 * 1024 * 1024], "mine", Cancel));
        site.Proxy.Plan = _ => null;
        (await site.OpenAsync()).Dispose();
        (await site.OpenAsync(new FakeTimeProvider(DateTimeOffset.UtcNow.AddHours(25)))).Dispose();
        Assert.Equal(0, await bucket.AbortUploadsAsync("lake/", DateTimeOffset.MaxValue, Cancel));
        Assert.Empty(await site.KeysAsync());
    }

    [Fact]
    public async Task More_than_a_page_is_listed_in_order_and_from_where_one_stopped()
    {
        await using var site = await S3Site.CreateAsync();
        using var bucket = new S3Bucket(site.Options, TimeProvider.System);
        var names = Enumerable.Range(0, 1_203).Select(i => $"dimension=customer/date=2026-01-31/20260131T120000.{i:D6}Z-1f0c9a7e-{i:D6}-{i}.parquet").ToList();
        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancel }, async (name, cancellation) =>
            await bucket.PutAsync("lake/" + name, new byte[] { 1 }, cancellation));

        Assert.Equal(names, (await site.ListAsync()).Select(item => item.Name));

        var rest = new List<LakeObject>();
        await foreach (var item in site.Lake.ListAsync(TestDimensions.Customer(), names[1_100], Cancel))
        {
            rest.Add(item);
        }

        Assert.Equal(names[1_101..], rest.Select(item => item.Name));
        Assert.Equal(1_202, rest[^1].Rows);
    }

    [Fact]
    public async Task A_redelivery_is_the_same_object_under_another_name_that_only_the_delivery_sees()
    {
        await using var site = await S3Site.CreateAsync();
        var original = await site.WriteAsync(7);

        var first = await site.Lake.RedeliverAsync(original, 1, Cancel);
        Assert.Equal(first, await site.Lake.RedeliverAsync(original, 1, Cancel));
        var second = await site.Lake.RedeliverAsync(first, 2, Cancel);

        Assert.Equal(original.Name.Replace(".parquet", ".r1.parquet", StringComparison.Ordinal), first.Name);
        Assert.Equal(original.Name.Replace(".parquet", ".r2.parquet", StringComparison.Ordinal), second.Name);
        Assert.Equal([original], await site.ListAsync());
        var all = new List<LakeObject>();
        await foreach (var item in site.Lake.ListAsync(TestDimensions.Customer(), startAfter: null, Cancel))
        {
            all.Add(item);
        }

        Assert.Equal([original, first, second], all);
        Assert.Equal(await site.Bucket.GetAsync("lake/" + original.Name, Cancel), await site.Bucket.GetAsync("lake/" + second.Name, Cancel));
        await Assert.ThrowsAsync<LakeException>(async () => await site.Lake.RedeliverAsync(original with { Name = original.Name.Replace("000001-7", "000009-7", StringComparison.Ordinal) }, 1, Cancel));
    }

    [Fact]
    public async Task A_small_text_beside_the_objects_is_replaced_and_is_no_object_of_the_lake()
    {
        await using var site = await S3Site.CreateAsync();
        Assert.Null(await site.Lake.ReadNoteAsync("_delivery/customer.json", Cancel));

        await site.Lake.WriteNoteAsync("_delivery/customer.json", "{\"one\":1}", Cancel);
        await site.Lake.WriteNoteAsync("_delivery/customer.json", "{\"two\":2}", Cancel);

        Assert.Equal("{\"two\":2}", await site.Lake.ReadNoteAsync("_delivery/customer.json", Cancel));
        Assert.Empty(await site.ListAsync());
        Assert.Empty(await site.Lake.ListDimensionsAsync(Cancel));
    }

    [Fact]
    public async Task What_breaks_off_while_it_is_read_or_listed_is_read_again()
    {
        await using var site = await S3Site.CreateAsync();
        var written = await site.WriteAsync(100);
        await site.Lake.WriteNoteAsync("_delivery/customer.json", "{\"one\":1}", Cancel);
        var broken = 0;
        site.Proxy.Plan = _ => Interlocked.Increment(ref broken) <= 2 ? new S3Fault.BreakBody() : null;

        Assert.Equal("{\"one\":1}", await site.Lake.ReadNoteAsync("_delivery/customer.json", Cancel));
        Assert.Equal(3, broken);

        broken = 0;
        Assert.Equal([written.Name], (await site.ListAsync()).Select(item => item.Name));
        Assert.Equal(3, broken);
    }

    [Fact]
    public async Task A_copy_is_whole_or_refused_and_goes_when_it_is_done_with()
    {
        await using var site = await S3Site.CreateAsync();
        var written = await site.WriteAsync(100);
        var broken = 0;
        site.Proxy.Plan = request => request.Method == "GET" && Interlocked.Increment(ref broken) <= 2 ? new S3Fault.BreakBody() : null;
        string path;
        using (var local = await site.Lake.OpenLocalAsync(written, Cancel))
        {
            path = local.Path;
            Assert.StartsWith(site.Folder, path, StringComparison.Ordinal);
            Assert.Equal(await site.Bucket.GetAsync("lake/" + written.Name, Cancel), await File.ReadAllBytesAsync(path, Cancel));
        }

        Assert.Equal(3, broken);
        Assert.False(File.Exists(path));
        var failure = await Assert.ThrowsAsync<LakeException>(async () => await site.Lake.OpenLocalAsync(written with { Bytes = written.Bytes + 1 }, Cancel));
        Assert.Contains($"{written.Bytes} bytes came; {written.Bytes + 1} were expected", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(site.Folder, "*", SearchOption.AllDirectories));

        await File.WriteAllTextAsync(path, "left by a crash", Cancel);
        (await site.OpenAsync()).Dispose();
        Assert.False(File.Exists(path));
    }

    [Theory]
    [InlineData(S3Encryption.S3, "AES256", null)]
    [InlineData(S3Encryption.Kms, "aws:kms", "test-key")]
    public async Task Encryption_is_asked_for_on_every_object(S3Encryption encryption, string expected, string? key)
    {
        await using var site = await S3Site.CreateAsync(options =>
        {
            options.Encryption = encryption;
            options.KmsKeyId = key;
            options.MultipartThresholdMegabytes = 5;
        });
        await site.WriteAsync(3);
        using var bucket = new S3Bucket(site.Options, TimeProvider.System);
        await bucket.TryCreateAsync("lake/large", new byte[6 * 1024 * 1024], "mine", Cancel);
        await bucket.PutAsync("lake/small", new byte[1], Cancel);
        if (encryption == S3Encryption.S3)
        {
            // Ceph 16 copies no object under a key of the key management.
            await bucket.TryCopyAsync("lake/small", "lake/copy", etag: null, Cancel);
        }

        var writes = site.Proxy.Requests
            .Where(request => (request.Method is "PUT" && !request.Query.Contains("partNumber", StringComparison.Ordinal)) || (request.Method is "POST" && request.Query.Contains("uploads", StringComparison.Ordinal)))
            .ToList();
        Assert.Equal(encryption == S3Encryption.S3 ? 7 : 6, writes.Count);
        Assert.All(writes, request => Assert.Equal(expected, request.Headers["x-amz-server-side-encryption"]));
        Assert.All(writes, request => Assert.Equal(key, request.Headers.GetValueOrDefault("x-amz-server-side-encryption-aws-kms-key-id")));
    }
}
