using CustomerTrack.S3;
using CustomerTrack.Snowflake;
using CustomerTrack.Snowflake.Tests;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>Scripts of dimensions whose names are reserved words, in mixed case, or many.</summary>
public sealed class HardNamesTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Scripts_of_dimensions_that_are_hard_to_write_apply_twice_and_their_views_can_be_read(bool masking)
    {
        await using var emulated = await Emulated.StartAsync();
        emulated.Warehouse = "CUSTOMERTRACK_WH";
        var scripts = new SnowflakeScripts(Scripts.All, Scripts.Options(masking), new S3Options { Bucket = "some-bucket" });
        for (var i = 0; i < 2; i++)
        {
            foreach (var script in scripts.Apply)
            {
                foreach (var statement in script.Statements)
                {
                    var (status, body) = await emulated.SendAsync(statement, script.Role);
                    Assert.True(status == 200, $"{script.Name}: {body["message"]}\n{statement}");
                }
            }
        }
        foreach (var view in await emulated.RowsAsync("SHOW VIEWS IN DATABASE CUSTOMERTRACK", "CUSTOMERTRACK_OWNER"))
            await emulated.RunAsync($"SELECT * FROM {ObjectName.Of(view[2]!, view[3]!, view[1]!)}", "CUSTOMERTRACK_OWNER");
        foreach (var procedure in await emulated.RowsAsync("SHOW PROCEDURES IN DATABASE CUSTOMERTRACK", "CUSTOMERTRACK_OWNER"))
            Assert.Equal("merged", await emulated.ValueAsync($"CALL {ObjectName.Of(procedure[2]!, procedure[3]!, procedure[1]!)}()", "CUSTOMERTRACK_OWNER"));
    }
}
