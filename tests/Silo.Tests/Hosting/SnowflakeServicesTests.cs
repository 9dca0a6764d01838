using CustomerTrack.Emit;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Hosting;

public sealed class SnowflakeServicesTests
{
    [Theory]
    [InlineData(0.25, 2, "Up to 691,200 files a day can go to Snowflake from 2 dimensions, because CustomerTrack:Emit:MaxObjectAge is 00:00:00.2500000;")]
    [InlineData(4.9, 1, "Up to 17,632 files a day")]
    [InlineData(5, 1, null)]
    [InlineData(60, 3, null)]
    public void Very_many_small_files_are_warned_of_once_with_the_setting_to_raise(double seconds, int dimensions, string? said)
    {
        var log = new Entries();

        SnowflakeServices.WarnOfManyFiles(log, new EmitOptions { MaxObjectAge = TimeSpan.FromSeconds(seconds) }, dimensions);

        if (said is null)
        {
            Assert.Empty(log.All);
            return;
        }

        var (level, text) = Assert.Single(log.All);
        Assert.Equal(LogLevel.Warning, level);
        Assert.StartsWith(said, text, StringComparison.Ordinal);
    }

    private sealed class Entries : ILogger
    {
        public List<(LogLevel Level, string Text)> All { get; } = [];

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => All.Add((logLevel, formatter(state, exception)));

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;
    }
}
