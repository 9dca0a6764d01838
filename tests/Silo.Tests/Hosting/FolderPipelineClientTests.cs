using CustomerTrack.Cli;
using CustomerTrack.Cli.Pipeline;
using Microsoft.Extensions.Configuration;

namespace CustomerTrack.Hosting;

public sealed class FolderPipelineClientTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Verify_refuses_to_pass_over_a_dimension_that_the_folder_holds_and_no_definition_describes()
    {
        var day = Directory.CreateDirectory(_temp.Of("data", "lake", "mime_type", "date=2026-01-31"));
        File.WriteAllText(Path.Combine(day.FullName, "a.parquet"), "");

        var refused = await Assert.ThrowsAsync<UsageException>(() => VerifyAsync("customer"));

        Assert.Contains("holds mime_type, but the definitions are of customer", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_temp.Of("data", "warehouse.duckdb")));
    }

    [Fact]
    public async Task Verify_of_a_folder_without_objects_of_other_dimensions_goes_on()
    {
        Directory.CreateDirectory(_temp.Of("data", "lake", "mime_type"));

        Assert.True((await VerifyAsync("customer")).Agrees);
    }

    [Theory]
    [InlineData("customer.xlsx", "records", "has to end in one of .csv")]
    [InlineData("export.csv", "records", "say it with --into NAME (customer, product)")]
    [InlineData("customer.csv", "snapshot", "--as snapshot is not supported")]
    public async Task An_ingest_that_cannot_be_meant_is_refused_before_anything_starts(string file, string shape, string why)
    {
        var arguments = Arguments("customer", "product");
        await using var client = new FolderPipelineClient(arguments, new ConfigurationManager(), Definitions.Load(arguments));
        var request = new IngestRequest { Files = [_temp.Of(file)], Into = null, As = Enum.Parse<IngestShape>(shape, ignoreCase: true) };

        var refused = await Assert.ThrowsAsync<UsageException>(() => client.IngestAsync(request, new Progress<IngestProgress>(), TestContext.Current.CancellationToken));

        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_temp.Of("data")));
    }

    private async Task<VerifyReport> VerifyAsync(string dimension)
    {
        var arguments = Arguments(dimension);
        await using var client = new FolderPipelineClient(arguments, new ConfigurationManager(), Definitions.Load(arguments));
        return await client.VerifyAsync(new(), TestContext.Current.CancellationToken);
    }

    private CommonArguments Arguments(params string[] dimensions)
    {
        foreach (var dimension in dimensions)
        {
            File.WriteAllText(
                _temp.Of($"{dimension}.json"),
                $$"""{ "name": "{{dimension}}", "key": ["id"], "sequence": { "column": "at", "type": "timestamp" }, "columns": { "name": { "type": "text" } } }""");
        }

        return new() { Data = _temp.Of("data"), Dimensions = [.. dimensions.Select(dimension => _temp.Of($"{dimension}.json"))] };
    }
}
