using CustomerTrack.Dimensions;
using CustomerTrack.Snowflake;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CustomerTrack.Warehouse.Tests;

/// <summary>The delivery of one dimension over hours and days, on a clock that only the test moves.</summary>
public sealed class DimensionDeliveryTests : IDisposable
{
    private static readonly SnowflakeOptions Options = new();
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(10);
    private static readonly DimensionDefinition Dimension = TestDimensions.Customer();

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
    private readonly StagedLake _lake = new();
    private readonly SmallSnowflake _snowflake;
    private DimensionDelivery _delivery;

    public DimensionDeliveryTests()
    {
        _snowflake = new(Dimension, _time.GetUtcNow);
        _delivery = Start();
    }

    [Fact]
    public async Task A_backlog_larger_than_memory_is_delivered_in_rounds()
    {
        for (var i = 0; i < 500; i++)
        {
            _lake.Write(_time.GetUtcNow(), rows: 5);
        }

        _delivery = Start(capacity: 40);
        await RunAsync(TimeSpan.FromHours(2), () => Assert.InRange(_delivery.Status.WaitingObjects, 0, 40));

        Assert.Equal(500, _snowflake.Ledger.Count);
        Assert.Equal(DeliveryState.UpToDate, _delivery.Status.State);
        Assert.Equal(500, _lake.Objects.Count);
    }

    [Fact]
    public async Task What_comes_in_hours_without_Snowflake_is_delivered_when_it_is_back_in_few_requests()
    {
        await RunAsync(TimeSpan.FromMinutes(1));
        _snowflake.IsAway = true;
        var written = 0;
        await RunAsync(TimeSpan.FromHours(6), () =>
        {
            _delivery.Add(_lake.Write(_time.GetUtcNow(), rows: 5));
            written++;
        });
        Assert.Equal(DeliveryState.Away, _delivery.Status.State);
        Assert.Equal(written, _delivery.Status.WaitingObjects);
        Assert.Equal("Told to be away.", _delivery.Status.LastError);

        var announcements = _snowflake.Announcements;
        _snowflake.IsAway = false;
        await RunAsync(TimeSpan.FromMinutes(5));

        Assert.Equal(written, _snowflake.Ledger.Count);
        Assert.Equal(DeliveryState.UpToDate, _delivery.Status.State);
        Assert.InRange(_snowflake.Announcements - announcements, 1, 3);
    }

    [Fact]
    public async Task An_idle_day_asks_nothing()
    {
        _delivery.Add(_lake.Write(_time.GetUtcNow(), rows: 5));
        await RunAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(DeliveryState.UpToDate, _delivery.Status.State);
        var (statements, reports, announcements, listings) = (_snowflake.Statements.Count, _snowflake.Reports, _snowflake.Announcements, _lake.Listings);

        await RunAsync(TimeSpan.FromDays(1));

        Assert.Equal((statements, reports, announcements, listings), (_snowflake.Statements.Count, _snowflake.Reports, _snowflake.Announcements, _lake.Listings));
        Assert.Null(_delivery.DueIn);
    }

    [Fact]
    public async Task While_no_merge_runs_questions_get_rare_nothing_is_written_again_and_a_merge_is_asked_for()
    {
        _delivery.Add(_lake.Write(_time.GetUtcNow(), rows: 5));

        await RunAsync(TimeSpan.FromHours(10), merges: false);

        Assert.Single(_lake.Objects);
        Assert.InRange(_snowflake.Statements.Count(statement => statement.StartsWith("EXECUTE TASK", StringComparison.Ordinal)), 4, 8);
        Assert.InRange(_snowflake.Statements.Count, 60, 80);
        Assert.Contains("no merge took them", _delivery.Status.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restart_delivers_what_nobody_announced_and_nothing_else()
    {
        _delivery.Add(_lake.Write(_time.GetUtcNow(), rows: 5));
        await RunAsync(TimeSpan.FromMinutes(5));
        var announced = _snowflake.Announcements;
        for (var i = 0; i < 3; i++)
        {
            _lake.Write(_time.GetUtcNow(), rows: 7);
        }

        _delivery = Start();
        await RunAsync(TimeSpan.FromMinutes(5));

        Assert.Equal(4, _snowflake.Ledger.Count);
        Assert.Equal(announced + 1, _snowflake.Announcements);
    }

    [Fact]
    public async Task The_note_of_other_tables_is_not_believed()
    {
        _delivery.Add(_lake.Write(_time.GetUtcNow(), rows: 5));
        await RunAsync(TimeSpan.FromMinutes(5));
        _time.Advance(TimeSpan.FromDays(10));
        _delivery = Start();
        await RunAsync(TimeSpan.FromMinutes(5));
        Assert.Single(_lake.Notes);

        _snowflake.Forget();
        _delivery = Start();
        await RunAsync(TimeSpan.FromMinutes(5));

        Assert.Single(_snowflake.Ledger);
        Assert.Equal(DeliveryState.UpToDate, _delivery.Status.State);
    }

    [Fact]
    public async Task A_note_spares_a_restart_the_objects_of_years()
    {
        for (var day = 0; day < 20; day++)
        {
            _delivery.Add(_lake.Write(_time.GetUtcNow(), rows: 5));
            await RunAsync(TimeSpan.FromMinutes(5));
            _time.Advance(TimeSpan.FromDays(1));
        }

        _delivery = Start();
        await RunAsync(TimeSpan.FromMinutes(5));
        var asked = _snowflake.Statements.Count;
        _delivery = Start();
        await RunAsync(TimeSpan.FromMinutes(5));

        Assert.Contains(_snowflake.Statements[asked..], statement => statement.Contains("object_name >= 'lake/dimension=customer/date=2026-02-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_ledger_with_an_entry_twice_stops_nothing()
    {
        _snowflake.DoublesLedger = true;
        _delivery.Add(_lake.Write(_time.GetUtcNow(), rows: 5));
        await RunAsync(TimeSpan.FromMinutes(5));
        _delivery = Start();
        _delivery.Add(_lake.Write(_time.GetUtcNow(), rows: 5));
        await RunAsync(TimeSpan.FromMinutes(5));

        Assert.Equal(DeliveryState.UpToDate, _delivery.Status.State);
        Assert.Equal(2, _snowflake.Ledger.Count);
    }

    [Fact]
    public async Task Without_a_warehouse_objects_are_announced_all_the_same()
    {
        _snowflake.HasNoWarehouse = true;
        _lake.Write(_time.GetUtcNow(), rows: 5);
        _delivery.Add(_lake.Write(_time.GetUtcNow(), rows: 5));

        await RunAsync(TimeSpan.FromMinutes(5));

        Assert.Equal(2, _snowflake.Ledger.Count);
        Assert.Equal(DeliveryState.Away, _delivery.Status.State);
    }

    [Fact]
    public async Task Nothing_is_announced_while_the_table_lacks_a_column()
    {
        var column = Dimension.Columns[0].Name;
        _snowflake.Lacks.Add(column);
        _delivery.Add(_lake.Write(_time.GetUtcNow(), rows: 5));
        await RunAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(0, _snowflake.Announcements);
        Assert.Contains(column, _delivery.Status.LastError, StringComparison.Ordinal);

        _snowflake.Lacks.Clear();
        await RunAsync(TimeSpan.FromMinutes(5));

        Assert.Single(_snowflake.Ledger);
    }

    public void Dispose() => _snowflake.Dispose();

    private DimensionDelivery Start(int capacity = 10_000) =>
        new(Dimension, _lake, _snowflake, _snowflake, Options, capacity, _time, NullLogger.Instance);

    /// <summary>Lets time go by: each tick Snowpipe loads, the task merges, and the delivery does what is due.</summary>
    private async Task RunAsync(TimeSpan duration, Action? eachTick = null, bool merges = true)
    {
        var end = _time.GetUtcNow() + duration;
        while (_time.GetUtcNow() < end)
        {
            eachTick?.Invoke();
            if (_delivery.DueIn is { } due && due <= TimeSpan.Zero)
            {
                await _delivery.StepAsync(_time.GetUtcNow(), TestContext.Current.CancellationToken);
            }

            _snowflake.Load();
            if (merges)
            {
                _snowflake.Merge();
            }

            _time.Advance(Tick);
        }
    }
}
