using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Amazon.S3;
using Amazon.S3.Model;
using CustomerTrack.Dimensions;
using CustomerTrack.S3;
using CustomerTrack.S3Server;
using CustomerTrack.Snowflake;
using DuckDB.NET.Data;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>An emulator with the generated scripts of the shipped dimensions applied, and a bucket that files are delivered to.</summary>
internal sealed class Delivered : IAsyncDisposable
{
    private readonly AmazonS3Client _client;
    private readonly string _bucket;
    private readonly string _prefix;

    private Delivered(Emulated emulated, AmazonS3Client client, string bucket, string prefix, SnowflakeScripts scripts)
    {
        Emulated = emulated;
        _client = client;
        _bucket = bucket;
        _prefix = prefix;
        Scripts = scripts;
    }

    public Emulated Emulated { get; }

    public SnowflakeScripts Scripts { get; }

    public static async Task<Delivered> StartAsync(Action<EmulatorOptions>? configure = null, bool autoIngest = false)
    {
        Assert.SkipWhen(TestStore.WhyMissing is not null, TestStore.WhyMissing ?? "");
        var store = await TestStore.SharedAsync();
        var bucket = await store.NewBucketAsync(TestContext.Current.CancellationToken);
        var dimensions = new DimensionCatalog(Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "dimensions"), "*.json").Order(StringComparer.Ordinal).Select(DimensionReader.Load));
        var scripts = new SnowflakeScripts(
            dimensions,
            new SnowflakeOptions { StorageRoleArn = "arn:aws:iam::001234567890:role/customertrack-lake", Notification = autoIngest ? SnowflakeNotification.AutoIngest : SnowflakeNotification.Rest },
            new S3Options { Bucket = bucket.Name, Prefix = $"{bucket.Prefix}lake/" });
        var emulated = await Emulated.StartAsync(options =>
        {
            options.S3Endpoint = store.Endpoint;
            options.EventInterval = TimeSpan.FromMilliseconds(100);
            configure?.Invoke(options);
        });
        emulated.Warehouse = "CUSTOMERTRACK_WH";
        var delivered = new Delivered(emulated, store.NewClient(), bucket.Name, $"{bucket.Prefix}lake/dimension=customer/", scripts);
        await delivered.ApplyAsync();
        await emulated.RunAsync("GRANT ROLE CUSTOMERTRACK_DELIVER TO USER ADMIN; ALTER USER ADMIN SET DEFAULT_ROLE = CUSTOMERTRACK_DELIVER;");
        return delivered;
    }

    /// <summary>Runs all generated scripts, each statement in the role that its script names.</summary>
    public async Task ApplyAsync()
    {
        foreach (var script in Scripts.Apply)
        {
            foreach (var statement in script.Statements)
            {
                var (status, body) = await Emulated.SendAsync(statement, script.Role);
                Assert.True(status == 200, $"{script.Name} as {script.Role}: {body["message"]}\n{statement}");
            }
        }
    }

    /// <summary>
    /// Writes an object with rows of the customers from <paramref name="first"/>; every revision of a customer starts a day later.
    /// Written by DuckDB, and so by nothing of the product.
    /// </summary>
    public async Task<string> PutAsync(int number, int first, int customers, int revision, string? without = null)
    {
        var columns = await Emulated.RowsAsync("SELECT COLUMN_NAME, DATA_TYPE FROM CUSTOMERTRACK.INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = 'CT' AND TABLE_NAME = 'CUSTOMER_DELTAS' ORDER BY ORDINAL_POSITION", "CUSTOMERTRACK_OWNER");
        if (columns.Length == 0)
            columns = await Emulated.RowsAsync("SELECT COLUMN_NAME, DATA_TYPE FROM CUSTOMERTRACK.INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = 'CT' AND TABLE_NAME = 'customer_deltas' ORDER BY ORDINAL_POSITION", "CUSTOMERTRACK_OWNER");
        var values = columns.Select(column => (Name: column[0]!, Type: column[1]!))
            .Where(column => column.Name.ToUpperInvariant() is not ("OBJECT_NAME" or "LOADED_AT") && !string.Equals(column.Name, without, StringComparison.OrdinalIgnoreCase))
            .Select(column => $"{Value(column.Name, column.Type, revision)} AS \"{column.Name}\"");
        var local = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.parquet");
        using (var connection = new DuckDBConnection("Data Source=:memory:"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            using var command = connection.CreateCommand();
            command.CommandText = $"SET TimeZone = 'UTC'; COPY (SELECT {string.Join(", ", values)} FROM range({first}, {first + customers}) AS r(i)) TO '{local}' (FORMAT parquet)";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
        var path = string.Create(CultureInfo.InvariantCulture, $"date=2026-01-31/{number:000000}-{customers}.parquet");
        await _client.PutObjectAsync(new PutObjectRequest { BucketName = _bucket, Key = _prefix + path, FilePath = local }, TestContext.Current.CancellationToken);
        File.Delete(local);
        return path;
    }

    public async Task<(int Status, JsonObject Body)> AnnounceAsync(params IEnumerable<string> paths)
    {
        var body = new JsonObject { ["files"] = new JsonArray([.. paths.Select(path => (JsonNode)new JsonObject { ["path"] = path })]) };
        using var answer = await Emulated.Client.PostAsJsonAsync($"/v1/data/pipes/{await PipeAsync()}/insertFiles?requestId={Guid.NewGuid()}", body, TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!);
    }

    public async Task<JsonObject> ReportAsync(string query = "") =>
        (await Emulated.Client.GetFromJsonAsync<JsonObject>($"/v1/data/pipes/{await PipeAsync()}/insertReport{query}", TestContext.Current.CancellationToken))!;

    public Task<JsonObject> IdleAsync() => Emulated.UntilAsync(state => (bool)state["isIdle"]!);

    public async Task<string> PipeAsync() => (await Emulated.RowsAsync("SHOW PIPES LIKE 'customer%' IN SCHEMA CUSTOMERTRACK.CT", "CUSTOMERTRACK_OWNER"))[0] is var pipe ? $"{pipe[2]}.{pipe[3]}.{ObjectName.Quote(pipe[1]!)}" : "";

    public Task<string?> CountAsync(string view) => Emulated.ValueAsync($"SELECT COUNT(*) FROM CUSTOMERTRACK.PUBLIC.{view}", "CUSTOMERTRACK_OWNER");

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Emulated.DisposeAsync();
    }

    private static string Value(string name, string type, int revision) => (name.ToUpperInvariant(), type) switch
    {
        ("CUSTOMER_ID", _) => "'c' || i",
        ("VALID_FROM", _) => $"TIMESTAMPTZ '2026-01-01 00:00:00+00' + INTERVAL '{revision} days'",
        ("VALID_TO", _) => "CAST(NULL AS TIMESTAMPTZ)",
        ("IS_DELETED" or "IS_RETRACTED", _) => "FALSE",
        ("REVISION", _) => $"CAST({revision} AS BIGINT)",
        ("RECORDED_AT", _) => $"TIMESTAMPTZ '2026-02-01 00:00:00+00' + INTERVAL '{revision} seconds'",
        ("SOURCE_FILE", _) => "'feed.csv'",
        ("SOURCE_ROW", _) => "CAST(i AS BIGINT)",
        ("SHARD", _) => "CAST(i % 4 AS INTEGER)",
        (_, "TEXT") => $"'{name.ToLowerInvariant()} ' || i",
        (_, "NUMBER") => "CAST(i AS BIGINT)",
        (_, "FLOAT") => "CAST(i AS DOUBLE)",
        (_, "BOOLEAN") => "TRUE",
        (_, "DATE") => "DATE '1990-01-01'",
        _ => "TIMESTAMPTZ '2026-01-01 00:00:00+00'",
    };
}
