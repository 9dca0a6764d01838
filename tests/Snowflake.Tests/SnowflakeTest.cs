namespace CustomerTrack.Snowflake.Tests;

/// <summary>An account, a clock, the logs and a folder for files.</summary>
public abstract class SnowflakeTest : IAsyncLifetime
{
    protected PlayedAccount Account { get; private set; } = null!;

    protected ImpatientTime Time { get; set; } = new();

    protected CapturedLogs Logs { get; } = new();

    protected string Folder { get; } = Directory.CreateTempSubdirectory("customertrack-snowflake-").FullName;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected SnowflakeOptions Options => new()
    {
        Account = "myorg-acct_1",
        User = "svc",
        Endpoint = Account.Address,
        PrivateKey = Keys.Pkcs8,
    };

    protected ISnowflakeSql Sql(SnowflakeOptions? options = null, SnowflakeSession? session = null) =>
        SnowflakeClients.CreateSql(options ?? Options, session ?? new SnowflakeSession(), Time, Logs);

    protected string Write(string name, string content)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    public async ValueTask InitializeAsync() => Account = await PlayedAccount.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Account.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
