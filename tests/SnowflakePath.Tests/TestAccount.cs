using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using CustomerTrack.Dimensions;
using CustomerTrack.Harness;
using CustomerTrack.S3Server;
using CustomerTrack.SnowflakeEmulator;
using Microsoft.Extensions.Logging.Abstractions;

namespace CustomerTrack.Snowflake;

/// <summary>
/// The Snowflake account a test delivers to. With SNOWFLAKE_ACCOUNT set (and SNOWFLAKE_USER, SNOWFLAKE_PRIVATE_KEY_FILE, SNOWFLAKE_STORAGE_ROLE_ARN,
/// SNOWFLAKE_STORAGE_INTEGRATION, and S3_TEST_BUCKET with AWS credentials) it is that one, in a database of the test's own; otherwise an emulated one.
/// </summary>
public sealed class TestAccount : IAsyncDisposable
{
    private readonly TestFolder _keys = new();
    private readonly EmulatorHost? _emulator;
    private readonly HttpClient _http = new();
    private readonly SnowflakeOptions _admin;
    private readonly SnowflakeOptions _delivering;
    private readonly ISnowflakeSql _sql;

    private TestAccount(EmulatorHost? emulator, SnowflakeOptions admin, string user, TestFolder keys)
    {
        _keys.Dispose();
        _keys = keys;
        _emulator = emulator;
        _admin = admin;
        _delivering = Copy(admin);
        _delivering.User = user;
        _delivering.PrivateKeyFile = keys.In("deliver.pem");
        _sql = SnowflakeClients.CreateSql(admin, new() { Role = admin.AdminRole, Warehouse = emulator is null ? null : admin.Warehouse }, TimeProvider.System, NullLoggerFactory.Instance);
    }

    /// <summary>Whether it is a real account, which cannot be told to behave badly.</summary>
    public static bool IsReal => Given("SNOWFLAKE_ACCOUNT") is not null;

    /// <summary>How long things may take.</summary>
    public static TimeSpan Patience => IsReal ? TimeSpan.FromMinutes(10) : TimeSpan.FromMinutes(4);

    /// <summary>The seed of the faults.</summary>
    public int Seed => _emulator?.Seed ?? 0;

    /// <summary>An account with nothing of ours in it.</summary>
    public static async Task<TestAccount> StartAsync(TestStore store, double clockSpeed, CancellationToken cancellationToken)
    {
        var keys = new TestFolder();
        var deliver = WriteKey(keys.In("deliver.pem"));
        if (IsReal)
        {
            var unique = "CT_TEST_" + Guid.NewGuid().ToString("N")[..8].ToUpperInvariant();
            var real = new SnowflakeOptions
            {
                Account = Given("SNOWFLAKE_ACCOUNT"),
                User = Given("SNOWFLAKE_USER"),
                PrivateKeyFile = Given("SNOWFLAKE_PRIVATE_KEY_FILE"),
                PrivateKeyPassphrase = Given("SNOWFLAKE_PRIVATE_KEY_PASSPHRASE"),
                AdminRole = Given("SNOWFLAKE_ADMIN_ROLE") ?? "ACCOUNTADMIN",
                StorageRoleArn = Given("SNOWFLAKE_STORAGE_ROLE_ARN"),
                StorageIntegration = Given("SNOWFLAKE_STORAGE_INTEGRATION") ?? "CUSTOMERTRACK_S3",
                Database = unique,
                Warehouse = unique + "_WH",
                RolePrefix = unique,
            };
            var account = new TestAccount(emulator: null, real, unique + "_DELIVER_USER", keys);
            account.PublicKey = deliver;
            return account;
        }

        var host = await EmulatorHost.StartAsync(
            new()
            {
                Account = "EMULATED",
                User = "ADMIN",
                PublicKey = WriteKey(keys.In("admin.pem")),
                S3Endpoint = store.Endpoint,
                ClockSpeed = clockSpeed,
            },
            cancellationToken);
        var emulated = new SnowflakeOptions
        {
            Account = "EMULATED",
            Endpoint = host.Address,
            User = "ADMIN",
            PrivateKeyFile = keys.In("admin.pem"),
            StorageRoleArn = "arn:aws:iam::001234567890:role/customertrack",
        };
        return new(host, emulated, "CT_DELIVER_USER", keys) { PublicKey = deliver };
    }

    private string PublicKey { get; set; } = "";

    /// <summary>Makes everything the way docs/snowflake.md says: <c>snowflake apply</c>, then a user that may deliver and read.</summary>
    public async Task<CommandRun> ApplyAsync(Site site, CancellationToken cancellationToken)
    {
        Use(site);
        var applied = (await site.RunAsync(cancellationToken, "snowflake", "apply")).Must();
        var names = new SnowflakeNames(_admin);
        var key = string.Concat(PublicKey.Split('\n').Where(line => !line.StartsWith('-')));
        await _sql.QueryAsync($"CREATE USER IF NOT EXISTS {_delivering.User} TYPE = SERVICE DEFAULT_ROLE = {names.DeliverRole} DEFAULT_WAREHOUSE = {_admin.Warehouse} RSA_PUBLIC_KEY = '{key}'", [], cancellationToken);
        await _sql.QueryAsync($"GRANT ROLE {names.DeliverRole} TO USER {_delivering.User}", [], cancellationToken);
        await _sql.QueryAsync($"GRANT ROLE {names.ReaderRole} TO USER {_delivering.User}", [], cancellationToken);
        await _sql.QueryAsync($"GRANT ROLE {names.PiiReaderRole} TO USER {_admin.User}", [], cancellationToken);
        foreach (var (name, value) in Environment(_delivering))
        {
            site.Environment[name] = value;
        }

        return applied;
    }

    /// <summary>Has the site deliver here as the administrator, with nothing made before.</summary>
    public void Use(Site site)
    {
        foreach (var (name, value) in Environment(_admin))
        {
            site.Environment[name] = value;
        }
    }

    /// <summary>Runs what <c>snowflake sql --teardown</c> prints, as an administrator would.</summary>
    public async Task TearDownAsync(Site site, CancellationToken cancellationToken)
    {
        var script = (await site.RunAsync(cancellationToken, "snowflake", "sql", "--teardown")).Must().Out;
        foreach (var statement in SqlStatements.Split(script).Where(statement => !statement.StartsWith("USE ", StringComparison.Ordinal)))
        {
            await _sql.QueryAsync(statement, [], cancellationToken);
        }
    }

    /// <summary>Changes how badly the emulated account behaves.</summary>
    public async Task BehaveAsync(FaultOptions faults, CancellationToken cancellationToken)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(_emulator!.Address, "__emulator/faults"), faults, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Queues, counters and warehouses of the emulated account.</summary>
    public async Task<JsonElement> StateAsync(CancellationToken cancellationToken) =>
        await _http.GetFromJsonAsync<JsonElement>(new Uri(_emulator!.Address, "__emulator/state"), cancellationToken);

    /// <summary>Runs SQL as an administrator and returns the rows.</summary>
    public async Task<IReadOnlyList<IReadOnlyList<string?>>> QueryAsync(string sql, CancellationToken cancellationToken) =>
        (await _sql.QueryAsync(sql, [], cancellationToken)).Rows;

    /// <summary>Holds the views in Snowflake, personal columns included, against an answer key.</summary>
    public async Task MustHoldAsync(DimensionDefinition dimension, string answerFolder, bool fresh, CancellationToken cancellationToken)
    {
        var names = new SnowflakeNames(_admin);
        await using var sql = SnowflakeClients.CreateSql(
            _admin, new() { Role = names.PiiReaderRole, Warehouse = _admin.Warehouse, Database = _admin.Database }, TimeProvider.System, NullLoggerFactory.Instance);
        var columns = string.Join(", ", dimension.Key.Concat(dimension.Columns).Select(column => column.Name));
        await AnswerCheck.MustHoldAsync(
            dimension.Name,
            answerFolder,
            await LinesAsync(sql, $"SELECT {columns}, valid_from FROM {(fresh ? names.CurrentFreshView(dimension) : names.CurrentView(dimension))}", cancellationToken),
            await LinesAsync(sql, $"SELECT {columns}, valid_from, valid_to FROM {(fresh ? names.HistoryFreshView(dimension) : names.HistoryView(dimension))}", cancellationToken),
            cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (IsReal)
        {
            var names = new SnowflakeNames(_admin);
            foreach (var statement in (IEnumerable<string>)
                [
                    $"DROP DATABASE IF EXISTS {_admin.Database}", $"DROP WAREHOUSE IF EXISTS {_admin.Warehouse}", $"DROP USER IF EXISTS {_delivering.User}",
                    .. new[] { names.OwnerRole, names.DeliverRole, names.ReaderRole, names.PiiReaderRole }.Select(role => $"DROP ROLE IF EXISTS {role}"),
                ])
            {
                await _sql.QueryAsync(statement, []);
            }
        }

        await _sql.DisposeAsync();
        _http.Dispose();
        if (_emulator is not null)
        {
            await _emulator.DisposeAsync();
        }

        _keys.Dispose();
    }

    private static string? Given(string variable) => System.Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;

    private static string WriteKey(string path)
    {
        using var key = RSA.Create(2048);
        File.WriteAllText(path, key.ExportPkcs8PrivateKeyPem());
        return key.ExportSubjectPublicKeyInfoPem();
    }

    private static SnowflakeOptions Copy(SnowflakeOptions options) => JsonSerializer.Deserialize<SnowflakeOptions>(JsonSerializer.Serialize(options))!;

    private static Dictionary<string, string> Environment(SnowflakeOptions options)
    {
        var defaults = JsonSerializer.SerializeToElement(new SnowflakeOptions());
        return JsonSerializer.SerializeToElement(options).EnumerateObject()
            .Where(property => property.Value.ValueKind == JsonValueKind.String && property.Value.ToString() != defaults.GetProperty(property.Name).ToString())
            .ToDictionary(property => $"CUSTOMERTRACK_Snowflake__{property.Name}", property => property.Value.ToString(), StringComparer.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> LinesAsync(ISnowflakeSql sql, string statement, CancellationToken cancellationToken)
    {
        var answer = await sql.QueryAsync(statement, [], cancellationToken);
        return [.. answer.Rows.Select(row => string.Join(',', row.Select((value, i) => Field(value, answer.Columns[i].Type))))];
    }

    private static string Field(string? value, string type) => value switch
    {
        null => "",
        _ when type.StartsWith("timestamp", StringComparison.Ordinal) =>
            DateTime.Parse(value, CultureInfo.InvariantCulture, DateTimeStyles.None).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        "" => "\"\"",
        _ when value.AsSpan().ContainsAny(',', '"') || value.Contains('\n', StringComparison.Ordinal) || value.Contains('\r', StringComparison.Ordinal) =>
            $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"",
        _ => value,
    };
}
