namespace CustomerTrack.SnowflakeEmulator;

/// <summary>A statement without the privilege fails as in Snowflake.</summary>
public sealed class PrivilegeTests
{
    private static async Task<Emulated> StartAsync()
    {
        var emulated = await Emulated.StartAsync();
        await emulated.CreateSchemaAsync();
        await emulated.RunAsync("CREATE ROLE R; GRANT ROLE R TO USER ADMIN; GRANT USAGE ON WAREHOUSE WH TO ROLE R; CREATE TABLE T (A NUMBER, B VARCHAR); INSERT INTO T VALUES (1, 'secret');");
        return emulated;
    }

    [Fact]
    public async Task What_a_role_cannot_see_does_not_exist_and_what_it_may_not_do_is_denied()
    {
        await using var emulated = await StartAsync();
        Assert.Equal("002003", await emulated.CodeAsync("SELECT * FROM T", "R"));
        await emulated.RunAsync("GRANT SELECT ON TABLE T TO ROLE R");
        Assert.Equal("002003", await emulated.CodeAsync("SELECT * FROM T", "R"));
        await emulated.RunAsync("GRANT USAGE ON DATABASE D TO ROLE R; GRANT USAGE ON SCHEMA D.S TO ROLE R;");
        Assert.Equal("1", await emulated.ValueAsync("SELECT A FROM T", "R"));
        Assert.Equal("003001", await emulated.CodeAsync("INSERT INTO T VALUES (2, 'x')", "R"));
        Assert.Equal("003001", await emulated.CodeAsync("CREATE TABLE U (A NUMBER)", "R"));
        Assert.Equal("003001", await emulated.CodeAsync("DROP TABLE T", "R"));
        Assert.Equal("003001", await emulated.CodeAsync("CREATE DATABASE X", "R"));
        await emulated.RunAsync("REVOKE SELECT ON TABLE T FROM ROLE R");
        Assert.Equal("002003", await emulated.CodeAsync("SELECT * FROM T", "R"));
    }

    [Fact]
    public async Task An_administrator_has_no_way_into_objects_of_a_role_outside_of_its_hierarchy()
    {
        await using var emulated = await StartAsync();
        await emulated.RunAsync("GRANT USAGE ON DATABASE D TO ROLE R; GRANT USAGE, CREATE TABLE ON SCHEMA D.S TO ROLE R;");
        await emulated.RunAsync("CREATE TABLE OWN (A NUMBER)", "R");
        Assert.Equal("002003", await emulated.CodeAsync("SELECT * FROM OWN"));
        await emulated.RunAsync("GRANT ROLE R TO ROLE SYSADMIN");
        await emulated.RunAsync("SELECT * FROM OWN");
    }

    [Fact]
    public async Task Views_and_procedures_run_with_the_rights_of_their_owner()
    {
        await using var emulated = await StartAsync();
        await emulated.RunAsync("""
            GRANT USAGE ON DATABASE D TO ROLE R; GRANT USAGE ON SCHEMA D.S TO ROLE R;
            CREATE VIEW V AS SELECT A FROM T; GRANT SELECT ON VIEW V TO ROLE R;
            CREATE PROCEDURE P() RETURNS NUMBER LANGUAGE SQL EXECUTE AS OWNER AS $$ BEGIN INSERT INTO T (A) VALUES (5); RETURN 5; END; $$;
            CREATE PROCEDURE Q() RETURNS NUMBER LANGUAGE SQL EXECUTE AS CALLER AS $$ BEGIN INSERT INTO T (A) VALUES (5); RETURN 5; END; $$;
            GRANT USAGE ON PROCEDURE P() TO ROLE R; GRANT USAGE ON PROCEDURE Q() TO ROLE R;
            """);
        Assert.Equal("1", await emulated.ValueAsync("SELECT A FROM V", "R"));
        Assert.Equal("5", await emulated.ValueAsync("CALL P()", "R"));
        Assert.Equal("002003", await emulated.CodeAsync("CALL Q()", "R"));
    }

    [Fact]
    public async Task A_policy_masks_for_the_role_that_asks()
    {
        await using var emulated = await StartAsync();
        await emulated.RunAsync("""
            GRANT USAGE ON DATABASE D TO ROLE R; GRANT USAGE ON SCHEMA D.S TO ROLE R;
            CREATE MASKING POLICY M AS (VAL VARCHAR) RETURNS VARCHAR -> CASE WHEN IS_ROLE_IN_SESSION('ACCOUNTADMIN') THEN VAL ELSE '***' END;
            CREATE VIEW V (A, B WITH MASKING POLICY M) AS SELECT A, B FROM T; GRANT SELECT ON VIEW V TO ROLE R;
            """);
        Assert.Equal("secret", await emulated.ValueAsync("SELECT B FROM V"));
        Assert.Equal("***", await emulated.ValueAsync("SELECT B FROM V", "R"));
        Assert.Equal("***", await emulated.ValueAsync("SELECT MAX(B) FROM V WHERE B <> 'secret'", "R"));
    }

    [Fact]
    public async Task A_stage_outside_of_what_its_integration_allows_is_refused()
    {
        await using var emulated = await StartAsync();
        await emulated.RunAsync("CREATE STORAGE INTEGRATION I TYPE = EXTERNAL_STAGE STORAGE_PROVIDER = 'S3' ENABLED = TRUE STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::1:role/x' STORAGE_ALLOWED_LOCATIONS = ('s3://bucket/lake/')");
        Assert.Equal("003167", await emulated.CodeAsync("CREATE STAGE ST URL = 's3://bucket/other/' STORAGE_INTEGRATION = I"));
        Assert.Equal("001008", await emulated.CodeAsync("CREATE STAGE ST URL = 's3://bucket/lake' STORAGE_INTEGRATION = I"));
        await emulated.RunAsync("CREATE STAGE ST URL = 's3://bucket/lake/a/' STORAGE_INTEGRATION = I");
    }
}
