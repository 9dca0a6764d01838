using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>An emulator in this process and a client of its SQL API with the administrator's key.</summary>
internal sealed class Emulated : IAsyncDisposable
{
    private static readonly RSA Key = RSA.Create(2048);

    private Emulated(EmulatorHost host)
    {
        Host = host;
        Client = new HttpClient { BaseAddress = host.Address };
        Client.DefaultRequestHeaders.UserAgent.ParseAdd("tests/1.0");
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token("ADMIN", Key));
    }

    public EmulatorHost Host { get; private set; }

    public HttpClient Client { get; }

    /// <summary>The warehouse that requests name.</summary>
    public string Warehouse { get; set; } = "WH";

    public static string PrivateKeyPem => Key.ExportPkcs8PrivateKeyPem();

    public static async Task<Emulated> StartAsync(Action<EmulatorOptions>? configure = null)
    {
        var options = new EmulatorOptions { PublicKey = Key.ExportSubjectPublicKeyInfoPem(), Password = "pw", ClockSpeed = 50 };
        configure?.Invoke(options);
        return new Emulated(await EmulatorHost.StartAsync(options, TestContext.Current.CancellationToken));
    }

    public static string Token(string user, RSA key, DateTimeOffset? issued = null, string? issuer = null, TimeSpan? life = null)
    {
        var from = issued ?? DateTimeOffset.UtcNow;
        var subject = $"EMULATED.{user}";
        var fingerprint = UserObject.Fingerprint(key.ExportSubjectPublicKeyInfo());
        var head = Part(new JsonObject { ["alg"] = "RS256", ["typ"] = "JWT" }) + "." + Part(new JsonObject
        {
            ["iss"] = issuer ?? $"{subject}.{fingerprint}", ["sub"] = subject, ["iat"] = from.ToUnixTimeSeconds(), ["exp"] = (from + (life ?? TimeSpan.FromMinutes(59))).ToUnixTimeSeconds(),
        });
        return $"{head}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(head), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";

        static string Part(JsonObject json) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(json));
    }

    /// <summary>Runs a text of any number of statements in one session; the answer to the request.</summary>
    public async Task<(int Status, JsonObject Body)> SendAsync(string sql, string role = "ACCOUNTADMIN", string query = "", JsonObject? bindings = null, string? zone = null)
    {
        var body = new JsonObject { ["statement"] = sql, ["role"] = role, ["warehouse"] = Warehouse, ["database"] = "D", ["schema"] = "S", ["parameters"] = new JsonObject { ["MULTI_STATEMENT_COUNT"] = "0" } };
        if (bindings is not null)
            body["bindings"] = bindings;
        if (zone is not null)
            body["parameters"]!["timezone"] = zone;
        using var answer = await Client.PostAsJsonAsync($"/api/v2/statements{query}", body, TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!);
    }

    /// <summary>The rows of one statement; a failure of the statement is a failure of the test.</summary>
    public async Task<string?[][]> RowsAsync(string sql, string role = "ACCOUNTADMIN", string? zone = null)
    {
        var (status, body) = await SendAsync(sql, role, zone: zone);
        Assert.True(status == 200, $"{status} {body}");
        return body["data"] is JsonArray rows ? [.. rows.Select(row => row!.AsArray().Select(value => (string?)value).ToArray())] : [];
    }

    public async Task<string?> ValueAsync(string sql, string role = "ACCOUNTADMIN", string? zone = null) => (await RowsAsync(sql, role, zone))[0][0];

    public Task RunAsync(string sql, string role = "ACCOUNTADMIN") => RowsAsync(sql, role);

    /// <summary>The code with which the text is refused.</summary>
    public async Task<string> CodeAsync(string sql, string role = "ACCOUNTADMIN")
    {
        var (status, body) = await SendAsync(sql, role);
        Assert.True(status == 422, $"expected a refusal, got {status} {body}");
        return (string)body["code"]!;
    }

    public async Task<JsonObject> StateAsync() => (await Client.GetFromJsonAsync<JsonObject>("/__emulator/state", TestContext.Current.CancellationToken))!;

    public async Task FaultsAsync(FaultOptions faults)
    {
        using var answer = await Client.PostAsJsonAsync("/__emulator/faults", faults, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        TestContext.Current.SendDiagnosticMessage($"faults with seed {faults.Seed}");
    }

    /// <summary>Asks for the state until it says yes.</summary>
    public async Task<JsonObject> UntilAsync(Func<JsonObject, bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            var state = await StateAsync();
            if (condition(state))
                return state;
            if (patience.IsCancellationRequested)
                Assert.Fail($"It did not come to that in 30 seconds: {state}");
            await Task.Yield();
        }
    }

    public static long Counter(JsonObject state, string name) => (long?)state["counters"]![name] ?? 0;

    /// <summary>A warehouse, a database and a schema, which the session of every request names.</summary>
    public Task CreateSchemaAsync() => RunAsync("CREATE WAREHOUSE WH AUTO_SUSPEND = 60 INITIALLY_SUSPENDED = TRUE; CREATE DATABASE D; CREATE SCHEMA D.S;");

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
    }
}
