using CustomerTrack.Cli;
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

    private async Task<Cli.Pipeline.VerifyReport> VerifyAsync(string dimension)
    {
        var definition = _temp.Of($"{dimension}.json");
        File.WriteAllText(definition, $$"""{ "name": "{{dimension}}", "key": ["id"], "sequence": { "column": "at", "type": "timestamp" }, "columns": { "name": { "type": "text" } } }""");
        var arguments = new CommonArguments { Data = _temp.Of("data"), Dimensions = [definition] };
        await using var client = new FolderPipelineClient(arguments, new ConfigurationManager(), Definitions.Load(arguments));
        return await client.VerifyAsync(TestContext.Current.CancellationToken);
    }
}
