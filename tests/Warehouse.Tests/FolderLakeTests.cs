using System.Globalization;
using CsCheck;
using CustomerTrack.Dimensions;
using CustomerTrack.Lake;
using CustomerTrack.Records;
using static CustomerTrack.Warehouse.Tests.TestWarehouse;

namespace CustomerTrack.Warehouse.Tests;

public sealed class FolderLakeTests
{
    private static readonly Gen<long> GenMicroseconds = Gen.Long[-60_000_000_000_000_000, 200_000_000_000_000_000];
    private static readonly Gen<DateOnly> GenDate = Gen.Int[0, DateOnly.MaxValue.DayNumber].Select(DateOnly.FromDayNumber);

    private static readonly Gen<Int128> GenWide = Gen.Select(Gen.Long, Gen.Long[0, 1L << 60]).Select((high, low) => ((Int128)high << 60) + low);

    [Fact]
    public async Task Every_type_comes_back_as_it_went_in_keys_and_nulls_included()
    {
        var dimension = TestDimensions.Everything;
        await using var test = await CreateAsync(dimension);
        var number = 0L;
        var genRow = Gen.Select(Gen.String, Gen.Long, Gen.Int[-99_999, 99_999], GenWide, Gen.Select(Gen.Bool, GenDate, GenMicroseconds), Gen.Select(Gen.Double, Gen.Int[0, 1023]));
        await genRow.Array[1, 50].SampleAsync(async rows =>
        {
            var deltas = new List<Delta>();
            var expected = new List<object?[]>();
            foreach (var (text, int64, cents, wide, (boolean, date, at), (real, nulls)) in rows)
            {
                number++;
                var clean = text.Replace("\0", "", StringComparison.Ordinal).Replace("\ud83d", "", StringComparison.Ordinal);
                clean = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(clean));
                object?[] data = [clean, int64, (Int128)cents, wide % Int128.Parse("9" + new string('9', 37)), real == 0 ? 0 : real, boolean, date, at, """{"a":1}""", null];
                for (var i = 0; i < 10; i++)
                {
                    data[i] = (nulls >> i & 1) == 1 ? null : data[i];
                }

                var wideKey = wide % Int128.Parse("9" + new string('9', 29), CultureInfo.InvariantCulture);
                string[] key =
                [
                    clean + "|\\" + number, int64.ToString(CultureInfo.InvariantCulture), DecimalText.Format(cents, 2), DecimalText.Format(wideKey, 4),
                    boolean ? "true" : "false", date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), SequenceText.Format(at, TestDimensions.Timestamp),
                ];
                deltas.Add(new()
                {
                    Key = KeyText.Join(key), ValidFrom = at, ValidTo = at + number, Revision = number, RecordedAt = at, File = 1, Row = number, Content = Encode(dimension, data),
                });
                expected.Add([.. key, at, at + number, .. data.Select(Show), number, at, "one.csv", number]);
            }

            var first = deltas[0].Revision;
            await test.LoadAsync(dimension, deltas);
            var actual = await test.QueryAsync($""""
                SELECT k_text, k_int64::VARCHAR, k_decimal::VARCHAR, k_wide::VARCHAR, k_boolean::VARCHAR, k_date::VARCHAR,
                       strftime(k_timestamp, '%Y-%m-%dT%H:%M:%S.%fZ'), epoch_us(valid_from), epoch_us(valid_to),
                       d_text, d_int64::VARCHAR, d_decimal::VARCHAR, d_wide::VARCHAR, d_double, d_boolean::VARCHAR, d_date::VARCHAR, epoch_us(d_timestamp), d_json::VARCHAR, "Select ""x""",
                       revision, epoch_us(recorded_at), source_file, source_row
                FROM everything_history WHERE revision >= {first} ORDER BY revision
                """");
            Assert.Equal(expected, actual);
        }, iter: 25, threads: 1);
    }

    [Fact]
    public async Task Names_rise_and_are_listed_in_order_with_their_rows()
    {
        await using var test = await CreateAsync();
        var written = new List<LakeObject>();
        for (var rows = 1; rows <= 3; rows++)
        {
            written.Add(await test.Lake.WriteAsync(TestDimensions.Customer(), [.. Enumerable.Range(1, rows).Select(i => Deltas.Version("a", i, null, i))], Files, Cancel));
        }

        var listed = new List<LakeObject>();
        await foreach (var item in test.Lake.ListAsync(TestDimensions.Customer(), Cancel))
        {
            listed.Add(item);
        }

        Assert.Equal(written, listed);
        Assert.Matches(@"^customer/date=\d{4}-\d\d-\d\d/\d{8}T\d{6}\.\d{6}Z-[0-9a-f]{8}-000001-1\.parquet$", written[0].Name);
    }

    [Fact]
    public async Task A_lake_that_cannot_be_written_says_so_leaves_nothing_and_works_again_afterwards()
    {
        await using var test = await CreateAsync();
        var folder = Path.Combine(test.Lake.Root, "customer");
        await File.WriteAllTextAsync(folder, "in the way", Cancel);

        var failure = await Assert.ThrowsAsync<LakeException>(async () => await test.Lake.WriteAsync(TestDimensions.Customer(), [Deltas.Version("a", 1, null, 1)], Files, Cancel));

        Assert.StartsWith(folder, failure.Path, StringComparison.Ordinal);
        Assert.IsAssignableFrom<IOException>(failure.InnerException);
        File.Delete(folder);
        Assert.Empty(Directory.EnumerateFileSystemEntries(test.Lake.Root));
        await test.Lake.WriteAsync(TestDimensions.Customer(), [Deltas.Version("a", 1, null, 1)], Files, Cancel);
        Assert.Single(Directory.EnumerateFiles(test.Lake.Root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task What_a_crash_left_half_written_is_never_listed_and_goes_at_the_next_start()
    {
        await using var test = await CreateAsync();
        var written = await test.Lake.WriteAsync(TestDimensions.Customer(), [Deltas.Version("a", 1, null, 1)], Files, Cancel);
        var folder = Path.GetDirectoryName(Path.Combine(test.Lake.Root, written.Name))!;
        var leftover = Path.Combine(folder, ".20260101T000000.000000Z-00000000-000001-1.parquet.tmp");
        await File.WriteAllTextAsync(leftover, "half", Cancel);

        using var next = new FolderLake(test.Lake.Root, shards: static () => 64, TimeProvider.System);

        Assert.False(File.Exists(leftover));
        Assert.Single(Directory.EnumerateFiles(folder));
    }

    [Fact]
    public async Task What_another_process_is_writing_stays_when_one_starts()
    {
        await using var test = await CreateAsync();
        var path = Path.Combine(test.Lake.Root, ".20260101T000000.000000Z-00000000-000001-1.parquet.tmp");
        await using (new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            using var next = new FolderLake(test.Lake.Root, shards: static () => 64, TimeProvider.System);
            Assert.True(File.Exists(path));
        }

        using var later = new FolderLake(test.Lake.Root, shards: static () => 64, TimeProvider.System);
        Assert.False(File.Exists(path));
    }

    [Theory]
    [InlineData("a|b", "a key of 2 parts; 1 were expected")]
    [InlineData("a", "file number 7, whose name was not given")]
    public async Task A_delta_that_does_not_fit_is_refused(string key, string message)
    {
        await using var test = await CreateAsync();

        var failure = await Assert.ThrowsAsync<ArgumentException>(async () => await test.Lake.WriteAsync(
            TestDimensions.Customer(), [Deltas.Version(key, 1, null, 1) with { File = 7 }], Files, Cancel));

        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(test.Lake.Root));
    }

    private static byte[] Encode(DimensionDefinition dimension, object?[] data)
    {
        var writer = new ContentWriter(dimension);
        writer.Begin();
        for (var i = 0; i < data.Length; i++)
        {
            switch (data[i])
            {
                case string text: writer.SetText(i, text); break;
                case long number when dimension.Columns[i].Type.Kind == ColumnKind.Timestamp: writer.SetTimestamp(i, number); break;
                case long number: writer.SetInt64(i, number); break;
                case Int128 unscaled: writer.SetDecimal(i, unscaled); break;
                case double real: writer.SetDouble(i, real); break;
                case bool boolean: writer.SetBoolean(i, boolean); break;
                case DateOnly date: writer.SetDate(i, date); break;
                default: writer.SetNull(i); break;
            }
        }

        return writer.Finish().ToArray();
    }

    private static object? Show(object? value, int column) => (column, value) switch
    {
        (1, long number) => number.ToString(CultureInfo.InvariantCulture),
        (2, Int128 cents) => DecimalText.Format(cents, 2),
        (3, Int128 wide) => DecimalText.Format(wide, 10),
        (_, bool boolean) => boolean ? "true" : "false",
        (_, DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => value,
    };
}
