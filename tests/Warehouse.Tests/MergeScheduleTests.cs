using CustomerTrack.Merge;

namespace CustomerTrack.Warehouse.Tests;

public sealed class MergeScheduleTests
{
    private static readonly DuckDbWarehouseOptions Options = new() { MergeAfterRows = 1000, MergeAfterAge = TimeSpan.FromSeconds(10) };

    [Theory]
    [InlineData(0, 0, 0, 0, 0, null)]
    [InlineData(1000, 0, 0, 0, 1, 0.0)]
    [InlineData(1000, 100_000, 1, 20, 0, 9.0)]
    [InlineData(10_000, 100_000, 1, 20, 0, 0.0)]
    [InlineData(500_000, 1_000_000_000, 1, 0, 9, 0.0)]
    [InlineData(1, 0, 10, 60, 0.1, 0.0)]
    [InlineData(1, 0, 10, 10, 2, 10.0)]
    public void A_merge_is_due_by_volume_that_grows_with_the_table_or_by_age_but_not_too_often(
        long rows, long tableRows, double age, double sinceLast, double lastDuration, double? dueIn)
    {
        var due = MergeSchedule.DueIn(Options, new(rows, tableRows, TimeSpan.FromSeconds(age), TimeSpan.FromSeconds(sinceLast), TimeSpan.FromSeconds(lastDuration)));

        Assert.Equal(dueIn, due?.TotalSeconds);
    }
}
