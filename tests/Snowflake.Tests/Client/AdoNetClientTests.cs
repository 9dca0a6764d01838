using DuckDB.NET.Data;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Snowflake.Tests.Client;

/// <summary>The client on another engine's driver: what is Snowflake's own in it is tested by itself.</summary>
public sealed class AdoNetClientTests : SnowflakeTest
{
    private readonly string _database = Guid.NewGuid().ToString("N");

    private AdoNetClient Client(string? opening = null) => new(
        SnowflakeDriver.Load("CustomerTrack.Tests.DuckDb", typeof(DuckDBClientFactory).AssemblyQualifiedName!, folder: null),
        new DriverSession { ConnectionString = () => $"DataSource={Path.Combine(Folder, _database)}.duckdb", Opening = opening },
        SnowflakeCredentials.Of(Options, Time),
        Time,
        Logs.CreateLogger<AdoNetClient>());

    [Fact]
    public async Task Rows_and_binds_go_through_the_driver()
    {
        await using var sql = Client();

        var rows = await sql.QueryAsync("SELECT ? AS a, ? AS b, 7 AS i, 1.5::DOUBLE AS r, true AS f, NULL::VARCHAR AS n, TIMESTAMP '1969-12-31 23:59:58.5' AS t", ["it's", "null"], Cancel);

        Assert.Equal(["a", "b", "i", "r", "f", "n", "t"], rows.Columns.Select(column => column.Name));
        Assert.Equal(["it's", "null", "7", "1.5", "true", null, "1969-12-31T23:59:58.5"], rows.Rows.Single());
    }

    [Fact]
    public async Task A_session_begins_with_its_opening()
    {
        await using var sql = Client(opening: "SET TimeZone = 'Asia/Tokyo'");

        var rows = await sql.QueryAsync("SELECT current_setting('TimeZone')", [], Cancel);

        Assert.Equal("Asia/Tokyo", rows.Rows[0][0]);
    }

    [Fact]
    public async Task A_statement_without_rows_is_executed()
    {
        await using var sql = Client();

        await sql.ExecuteAsync(["CREATE TABLE t AS SELECT 1 AS a"], Cancel);
        await sql.ExecuteAsync([], Cancel);

        Assert.Equal("1", (await sql.QueryAsync("SELECT a FROM t", [], Cancel)).Rows[0][0]);
    }

    [Fact]
    public async Task A_failure_names_the_statement_without_its_literals()
    {
        await using var sql = Client();

        var failure = await Assert.ThrowsAsync<SnowflakeException>(() => sql.QueryAsync("SELECT a FROM absent WHERE b = 'Alice'", [], Cancel));

        Assert.StartsWith("Snowflake did not take statement (SELECT a FROM absent WHERE b =): ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Alice", Logs.Everything, StringComparison.Ordinal);
        Assert.Contains(Logs.Entries, entry => entry.Level == LogLevel.Debug);
    }

    [Fact]
    public async Task A_cancelled_call_is_cancelled()
    {
        await using var sql = Client();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sql.QueryAsync("SELECT 1", [], new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Without_the_driver_the_error_says_how_to_get_it()
    {
        var options = Options;
        options.Client = SnowflakeClientKind.AdoNet;

        var failure = Assert.Throws<SnowflakeException>(() => Sql(options));

        Assert.Contains("-p:SnowflakeDriver=true", failure.Message, StringComparison.Ordinal);
        Assert.Contains("CustomerTrack:Snowflake:DriverFolder", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.IsTransient);
        Assert.Equal("true", Environment.GetEnvironmentVariable("SNOWFLAKE_DISABLE_PLATFORM_DETECTION"));
        Assert.Equal("true", Environment.GetEnvironmentVariable("SF_DISABLE_MINICORE"));
    }

    [Fact]
    public void A_folder_without_the_driver_is_named()
    {
        var options = Options;
        (options.Client, options.DriverFolder) = (SnowflakeClientKind.AdoNet, Folder);

        var failure = Assert.Throws<SnowflakeException>(() => Sql(options));

        Assert.Contains($"CustomerTrack:Snowflake:DriverFolder is '{Folder}'", failure.Message, StringComparison.Ordinal);
    }
}
