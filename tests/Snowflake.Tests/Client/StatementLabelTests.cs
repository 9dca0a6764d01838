namespace CustomerTrack.Snowflake.Tests.Client;

public sealed class StatementLabelTests
{
    [Theory]
    [InlineData("SELECT a FROM t", "SELECT a FROM t")]
    [InlineData("-- it's a comment\n/* and 'another' */ CREATE  TABLE\n t (i INT)", "CREATE TABLE t (i INT)")]
    [InlineData("INSERT INTO t VALUES ('Alice')", "INSERT INTO t VALUES (")]
    [InlineData("UPDATE t SET a = 7 WHERE b", "UPDATE t SET a =")]
    [InlineData("CREATE PROCEDURE p() RETURNS INT LANGUAGE SQL AS $$ SELECT 'x' $$", "CREATE PROCEDURE p() RETURNS INT LANGUAGE SQL")]
    [InlineData("-- only", "")]
    public void A_label_has_the_first_words_and_no_literal(string statement, string expected) => Assert.Equal(expected, StatementLabel.Of(statement));
}
