using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>The SQL API: who may ask, what comes back, what goes wrong on the way.</summary>
public sealed class RequestTests
{
    [Fact]
    public async Task A_token_has_to_be_signed_by_a_key_of_the_user_and_young()
    {
        await using var emulated = await Emulated.StartAsync();
        using var stranger = RSA.Create(2048);
        using var key = RSA.Create();
        key.ImportFromPem(Emulated.PrivateKeyPem);
        foreach (var (token, expected) in new[]
        {
            (Emulated.Token("ADMIN", key), 200),
            (Emulated.Token("ADMIN", stranger), 401),
            (Emulated.Token("NOBODY", key), 401),
            (Emulated.Token("ADMIN", key, issuer: "EMULATED.ADMIN"), 401),
            (Emulated.Token("ADMIN", key, issued: DateTimeOffset.UtcNow.AddMinutes(-61), life: TimeSpan.FromHours(3)), 401),
            (Emulated.Token("ADMIN", key, issued: DateTimeOffset.UtcNow.AddMinutes(-10), life: TimeSpan.FromMinutes(5)), 401),
        })
        {
            emulated.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            var (status, body) = await emulated.SendAsync("SELECT 1");
            Assert.True(status == expected, body.ToString());
            if (expected == 401)
                Assert.Equal("390144", (string?)body["code"]);
        }
    }

    [Fact]
    public async Task Access_tokens_and_oauth_tokens_are_taken_where_they_are_configured()
    {
        await using var emulated = await Emulated.StartAsync(options =>
        {
            options.AccessTokens["pat"] = "ADMIN";
            options.OAuthTokens["oauth"] = "ADMIN";
        });
        foreach (var (token, type, expected) in new[] { ("pat", "PROGRAMMATIC_ACCESS_TOKEN", 200), ("oauth", "OAUTH", 200), ("pat", "OAUTH", 401), ("other", "OAUTH", 401) })
        {
            emulated.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            emulated.Client.DefaultRequestHeaders.Remove("X-Snowflake-Authorization-Token-Type");
            emulated.Client.DefaultRequestHeaders.Add("X-Snowflake-Authorization-Token-Type", type);
            Assert.Equal(expected, (await emulated.SendAsync("SELECT 1")).Status);
        }
    }

    [Fact]
    public async Task A_request_whose_answer_was_lost_is_not_executed_again_when_it_is_retried()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.CreateSchemaAsync();
        await emulated.RunAsync("CREATE TABLE T (A NUMBER)");
        var id = Guid.NewGuid();
        await emulated.FaultsAsync(new FaultOptions { Seed = 3, LostAnswers = 1 });
        await Assert.ThrowsAsync<HttpRequestException>(() => emulated.SendAsync("INSERT INTO T VALUES (1)", query: $"?requestId={id}"));
        await emulated.FaultsAsync(new FaultOptions { Seed = 3 });

        Assert.Equal(200, (await emulated.SendAsync("INSERT INTO T VALUES (1)", query: $"?requestId={id}&retry=true")).Status);
        Assert.Equal("1", await emulated.ValueAsync("SELECT COUNT(*) FROM T"));
        Assert.Equal(200, (await emulated.SendAsync("INSERT INTO T VALUES (1)", query: $"?requestId={id}")).Status);
        Assert.Equal("2", await emulated.ValueAsync("SELECT COUNT(*) FROM T"));
    }

    [Fact]
    public async Task A_large_result_comes_in_partitions_and_an_accepted_statement_by_asking()
    {
        await using var emulated = await Emulated.StartAsync(options => options.PartitionRows = 2);
        await emulated.CreateSchemaAsync();
        await emulated.RunAsync("CREATE TABLE T (A NUMBER); INSERT INTO T VALUES (1), (2), (3), (4), (5);");

        var (status, accepted) = await emulated.SendAsync("SELECT A FROM T ORDER BY A", query: "?async=true");
        Assert.Equal((202, "333334"), (status, (string?)accepted["code"]));
        var url = $"/api/v2/statements/{accepted["statementHandle"]}";
        JsonObject? body = null;
        while (body?["data"] is null)
            body = await emulated.Client.GetFromJsonAsync<JsonObject>(url, TestContext.Current.CancellationToken);
        Assert.Equal(3, body["resultSetMetaData"]!["partitionInfo"]!.AsArray().Count);
        using var third = await emulated.Client.GetAsync($"{url}?partition=2", TestContext.Current.CancellationToken);
        Assert.Equal("gzip", third.Content.Headers.ContentEncoding.Single());
    }

    [Fact]
    public async Task Every_way_to_be_refused_can_be_switched_on()
    {
        await using var emulated = await Emulated.StartAsync();
        foreach (var (faults, expected) in new[]
        {
            (new FaultOptions { Seed = 1, Unauthorized = 1 }, 401), (new FaultOptions { Seed = 1, NotFound = 1 }, 404), (new FaultOptions { Seed = 1, TooManyRequests = 1 }, 429),
            (new FaultOptions { Seed = 1, Unavailable = 1 }, 503), (new FaultOptions { Seed = 1, Accepted = 1 }, 202),
        })
        {
            await emulated.FaultsAsync(faults);
            Assert.Equal(expected, (await emulated.SendAsync("SELECT 1")).Status);
        }
        await emulated.FaultsAsync(new FaultOptions { Seed = 1, AwaySeconds = 60 });
        await Assert.ThrowsAsync<HttpRequestException>(() => emulated.SendAsync("SELECT 1"));
        await emulated.FaultsAsync(new FaultOptions());
        Assert.Equal(200, (await emulated.SendAsync("SELECT 1")).Status);
    }
}
