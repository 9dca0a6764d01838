using System.ComponentModel.DataAnnotations;
using CustomerTrack.Dimensions;

namespace CustomerTrack.Generator;

public sealed class GeneratorOptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => FeedPlan.For(new(), Dimensions.Customer(), TimeProvider.System);

    [Fact]
    public void Shares_that_exceed_one_are_named_with_their_values() =>
        Refused(new() { NoOpShare = 0.7, UpdateShare = 0.5 }, "NoOpShare 0.7", "UpdateShare 0.5", "at most 1");

    [Fact]
    public void Every_problem_is_named_at_once() =>
        Refused(new() { Customers = 0, RowsPerFile = 0, LateShare = 1.5, Rate = -1 }, "Customers", "RowsPerFile", "not 0", "LateShare", "not 1.5", "Rate", "not -1");

    [Fact]
    public void A_feed_of_nothing_but_noise_is_refused() =>
        Refused(new() { NoOpShare = 0, UpdateShare = 0, DeleteShare = 0, DuplicateShare = 0.5, DirtyShare = 0.5 }, "DuplicateShare", "DirtyShare");

    [Fact]
    public void Partial_records_need_ndjson_and_a_dimension_that_keeps_missing_columns()
    {
        Refused(new() { PartialShare = 0.1 }, "PartialShare", "ndjson");
        Refused(new() { PartialShare = 0.1, Format = FeedFormat.Ndjson }, "PartialShare", "missing");
    }

    [Fact]
    public void A_simulated_clock_that_would_pass_the_real_one_is_refused()
    {
        Refused(new() { StartTime = DateTimeOffset.UtcNow.AddDays(-1), Rows = 1_000_000 }, "StartTime", "Rows", "Step");
        Refused(new() { StartTime = DateTimeOffset.UtcNow.AddDays(1), Rows = 0 }, "StartTime");
    }

    [Fact]
    public void A_dimension_the_population_cannot_fill_is_refused_with_its_columns()
    {
        Refused(new(), Dimensions.Customer(columns: [Dimensions.Text("email"), Dimensions.Text("shoe_size")]), "shoe_size");
        Refused(new(), Dimensions.Customer(columns: [new("email", new(ColumnKind.Json))]), "email", "json");
        Refused(new(), Dimensions.Customer(key: ColumnKind.Date), "customer_id");
    }

    [Fact]
    public void What_the_dimension_has_no_word_for_is_refused()
    {
        var customer = Dimensions.Customer();
        Refused(new(), With(operation: null), "DeleteShare");
        Refused(new(), With(customer.Operation, keepNull: true), "null");
        Refused(new(), With(customer.Operation, lateness: 1), "LateShare");

        DimensionDefinition With(OperationDefinition? operation, bool keepNull = false, long? lateness = null) => new()
        {
            Name = customer.Name,
            Key = customer.Key,
            Sequence = customer.Sequence,
            Columns = customer.Columns,
            Operation = operation,
            KeepMissing = keepNull,
            KeepNull = keepNull,
            Lateness = lateness,
        };
    }

    [Fact]
    public void A_feed_in_memory_needs_an_end() =>
        Assert.Contains("Rows is 0", Assert.Throws<ValidationException>(() => GeneratedFeed.Build(new() { Rows = 0 }, Dimensions.Customer())).Message, StringComparison.Ordinal);

    [Fact]
    public void A_dimension_without_operations_gets_a_feed_without_their_column()
    {
        var customer = Dimensions.Customer();
        var upsertsOnly = new DimensionDefinition { Name = customer.Name, Key = customer.Key, Sequence = customer.Sequence, Columns = customer.Columns };

        var feed = GeneratedFeed.Build(new() { DeleteShare = 0, Rows = 500, Customers = 50 }, upsertsOnly);

        Assert.StartsWith("customer_id,first_name,last_name,email,street,city,state,country,updated_at\n", System.Text.Encoding.UTF8.GetString(feed.Encode([])), StringComparison.Ordinal);
        Assert.DoesNotContain(feed.Files.SelectMany(file => file.Rows), row => row.IsDelete);
    }

    private static void Refused(GeneratorOptions options, params string[] named) => Refused(options, Dimensions.Customer(), named);

    private static void Refused(GeneratorOptions options, DimensionDefinition definition, params string[] named)
    {
        var error = Assert.Throws<ValidationException>(() => FeedPlan.For(options, definition, TimeProvider.System));
        Assert.All(named, text => Assert.Contains(text, error.Message, StringComparison.Ordinal));
    }
}
