using System.Collections;
using System.ComponentModel.DataAnnotations;
using CustomerTrack.Cli.Settings;
using CustomerTrack.Storage;
using Microsoft.Extensions.Configuration;

namespace CustomerTrack.Cli;

public sealed class SettingsCheckTests : IDisposable
{
    private static readonly OptionsSection[] Sections = [new(StateOptions.SectionName, typeof(StateOptions)), new("CustomerTrack:Sample", typeof(Sample))];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_comes_later_wins_file_then_environment_then_options()
    {
        var settings = Load(
            """{ "CustomerTrack": { "State": { "Shards": 1, "BlockCacheMegabytes": 10, "WriteBufferMegabytes": 20 } } }""",
            new() { ["CUSTOMERTRACK_State__BlockCacheMegabytes"] = "11", ["CUSTOMERTRACK_State__Shards"] = "2", ["OTHER_State__Shards"] = "9" },
            new() { ["CustomerTrack:State:Shards"] = "3" });

        SettingsCheck.Check(settings, Sections);
        var state = settings.GetSection(StateOptions.SectionName).Get<StateOptions>()!;
        Assert.Equal((3, 11, 20), (state.Shards, state.BlockCacheMegabytes, state.WriteBufferMegabytes));
    }

    [Theory]
    [InlineData("CUSTOMERTRACK_State__Shard", "4", "There is no setting CustomerTrack:State:Shard. Is CustomerTrack:State:Shards meant?")]
    [InlineData("CUSTOMERTRACK_Stat__Shards", "4", "There is no setting CustomerTrack:Stat:Shards. Is CustomerTrack:State:Shards meant?")]
    [InlineData("CUSTOMERTRACK_State", "4", "CustomerTrack:State is '4'; allowed: a section with Shards, BlockCacheMegabytes, WriteBufferMegabytes.")]
    [InlineData("CUSTOMERTRACK_Qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq", "4", "There is no setting CustomerTrack:Qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq.")]
    [InlineData("CUSTOMERTRACK_State__Shards", "many", "CustomerTrack:State:Shards is 'many'; allowed: a whole number from 1 to 1024.")]
    [InlineData("CUSTOMERTRACK_State__Shards", "1025", "CustomerTrack:State:Shards is '1025'; allowed: a whole number from 1 to 1024.")]
    [InlineData("CUSTOMERTRACK_State__Shards", "99999999999", "CustomerTrack:State:Shards is '99999999999'; allowed: a whole number from 1 to 1024.")]
    [InlineData("CUSTOMERTRACK_State__BlockCacheMegabytes", "", "CustomerTrack:State:BlockCacheMegabytes is ''; allowed: a whole number from 8 to 65536.")]
    [InlineData("CUSTOMERTRACK_Sample__Age", "soon", "CustomerTrack:Sample:Age is 'soon'; allowed: a time span (hh:mm:ss) from 00:00:01 to 00:10:00.")]
    [InlineData("CUSTOMERTRACK_Sample__Age", "01:00:00", "CustomerTrack:Sample:Age is '01:00:00'; allowed: a time span (hh:mm:ss) from 00:00:01 to 00:10:00.")]
    [InlineData("CUSTOMERTRACK_Sample__Day", "Someday", "CustomerTrack:Sample:Day is 'Someday'; allowed: Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday.")]
    [InlineData("CUSTOMERTRACK_Sample__Inner__Onn", "true", "There is no setting CustomerTrack:Sample:Inner:Onn. Is CustomerTrack:Sample:Inner:On meant?")]
    [InlineData("CUSTOMERTRACK_Sample__Inner__On", "perhaps", "CustomerTrack:Sample:Inner:On is 'perhaps'; allowed: true or false.")]
    public void A_wrong_setting_is_refused_with_its_name_and_what_is_allowed(string variable, string value, string message)
    {
        var settings = Load("{}", new() { [variable] = value }, []);

        var refused = Assert.Throws<UsageException>(() => SettingsCheck.Check(settings, Sections));

        Assert.StartsWith(message, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        var settings = Load("""{ "CustomerTrack": { "State": { "Shards": 0, "Cache": 1 }, "Nowhere": { "A": 1 } } }""", [], []);

        var refused = Assert.Throws<UsageException>(() => SettingsCheck.Check(settings, Sections));

        Assert.Equal(3, refused.Message.Split(Environment.NewLine).Length);
    }

    [Fact]
    public void Right_settings_pass_in_any_case_and_lists_take_any_index()
    {
        var settings = Load("""{ "CustomerTrack": { "sample": { "names": ["a", "b"], "day": "monday", "age": "00:00:30", "inner": { "on": true } }, "State": { "Shards": null } } }""", [], []);

        SettingsCheck.Check(settings, Sections);
    }

    [Fact]
    public void The_shipped_settings_pass()
    {
        var settings = new ConfigurationBuilder().AddCustomerTrack(AppContext.BaseDirectory, new Hashtable(), []).Build();

        SettingsCheck.Check(settings, Sections);
        Assert.Equal("Information", settings["Logging:LogLevel:Default"]);
    }

    private IConfigurationRoot Load(string file, Hashtable environment, Dictionary<string, string?> options)
    {
        File.WriteAllText(_folder.Of("appsettings.json"), file);
        return new ConfigurationBuilder().AddCustomerTrack(_folder.Path, environment, options).Build();
    }

    internal sealed class Sample
    {
        [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
        public TimeSpan Age { get; set; }

        public DayOfWeek Day { get; set; }

        public List<string> Names { get; set; } = [];

        public SampleInner Inner { get; set; } = new();
    }

    internal sealed class SampleInner
    {
        public bool On { get; set; }
    }
}
