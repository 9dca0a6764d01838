namespace CustomerTrack.Snowflake.Tests;

public sealed class SqlStatementsTests
{
    [Theory]
    [InlineData("")]
    [InlineData(" ;\n; ")]
    [InlineData("-- nothing;\n/* ; */ // also nothing")]
    [InlineData("SELECT 1; SELECT 2", "SELECT 1", "SELECT 2")]
    [InlineData("-- a comment; in front\nSELECT 1;\n-- and behind\n", "SELECT 1")]
    [InlineData("SELECT ';', 'it''s;', '\\';' ; SELECT 2;", "SELECT ';', 'it''s;', '\\';'", "SELECT 2")]
    [InlineData("SELECT \"a;b\";SELECT 2", "SELECT \"a;b\"", "SELECT 2")]
    [InlineData("SELECT 1 -- one;\n + 2; SELECT 3", "SELECT 1 -- one;\n + 2", "SELECT 3")]
    [InlineData("SELECT 1 /* ; ' */ + 2; SELECT 3", "SELECT 1 /* ; ' */ + 2", "SELECT 3")]
    [InlineData("CREATE PROCEDURE p() AS\n$$\nBEGIN\n  SELECT ';'; -- it's\nEND;\n$$;\nSELECT 2;", "CREATE PROCEDURE p() AS\n$$\nBEGIN\n  SELECT ';'; -- it's\nEND;\n$$", "SELECT 2")]
    [InlineData("SELECT $1, x$y;SELECT 2", "SELECT $1, x$y", "SELECT 2")]
    public void A_script_is_cut_at_its_semicolons(string script, params string[] expected) => Assert.Equal(expected, SqlStatements.Split(script));

    [Theory]
    [InlineData("SELECT 1;\nSELECT 'open", 2)]
    [InlineData("SELECT \"open", 1)]
    [InlineData("\n\n/* open", 3)]
    [InlineData("AS $$ open;", 1)]
    public void What_is_not_closed_is_refused_with_its_line(string script, int line) =>
        Assert.StartsWith($"Line {line}:", Assert.Throws<FormatException>(() => SqlStatements.Split(script)).Message, StringComparison.Ordinal);
}
