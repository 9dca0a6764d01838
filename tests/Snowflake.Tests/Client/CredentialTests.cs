using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace CustomerTrack.Snowflake.Tests.Client;

public sealed class CredentialTests : SnowflakeTest
{
    private const string Refusal = """{"code":"390144","message":"JWT token is invalid. [4c1b]","data":null,"success":false,"headers":null}""";
    private static readonly string OneRow = SqlApi.Rows([("A", "text")], [["x"]]);

    [Fact]
    public async Task A_token_names_the_account_the_user_and_the_key_and_lives_59_minutes()
    {
        Account.Answers(200, OneRow);
        await using var sql = Sql();

        await sql.QueryAsync("SELECT 1", [], Cancel);

        var parts = Assert.Single(Account.Requests).Bearer.Split('.');
        Assert.True(Keys.Pair.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Bytes(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        var header = JsonDocument.Parse(Bytes(parts[0])).RootElement;
        Assert.Equal(("RS256", "JWT"), (header.GetProperty("alg").GetString(), header.GetProperty("typ").GetString()));
        var claims = JsonDocument.Parse(Bytes(parts[1])).RootElement;
        var now = Time.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal(["exp", "iat", "iss", "sub"], claims.EnumerateObject().Select(claim => claim.Name).Order());
        Assert.Equal("MYORG-ACCT_1.SVC." + Keys.Fingerprint, claims.GetProperty("iss").GetString());
        Assert.Equal("MYORG-ACCT_1.SVC", claims.GetProperty("sub").GetString());
        Assert.Equal(now, claims.GetProperty("iat").GetInt64());
        Assert.Equal(now + (59 * 60), claims.GetProperty("exp").GetInt64());
    }

    [Fact]
    public async Task A_token_is_kept_for_54_minutes()
    {
        Account.Answers(200, OneRow).Answers(200, OneRow).Answers(200, OneRow);
        await using var sql = Sql();

        await sql.QueryAsync("SELECT 1", [], Cancel);
        Time.Advance(TimeSpan.FromMinutes(53.9));
        await sql.QueryAsync("SELECT 1", [], Cancel);
        Time.Advance(TimeSpan.FromMinutes(0.2));
        await sql.QueryAsync("SELECT 1", [], Cancel);

        var tokens = Account.Requests.Select(request => request.Bearer).ToArray();
        Assert.Equal(tokens[0], tokens[1]);
        Assert.NotEqual(tokens[1], tokens[2]);
    }

    [Fact]
    public async Task A_refused_token_is_signed_anew_once()
    {
        Account.Answers(_ =>
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            return new PlayedReply(401, Refusal);
        }).Answers(200, OneRow);
        await using var sql = Sql();

        await sql.QueryAsync("SELECT 1", [], Cancel);

        Assert.Equal(2, Account.Requests.Select(request => request.Bearer).Distinct().Count());
        Assert.Single(Account.Requests.Select(request => request.RequestId).Distinct());
    }

    [Fact]
    public async Task A_token_that_is_refused_twice_is_an_error_with_the_fingerprint_to_compare()
    {
        Account.Answers(401, Refusal).Answers(401, Refusal);
        await using var sql = Sql();

        var failure = await Assert.ThrowsAsync<SnowflakeException>(() => sql.QueryAsync("SELECT 1", [], Cancel));

        Assert.Equal(2, Account.Requests.Count);
        Assert.Equal(390144, failure.Code);
        Assert.False(failure.IsTransient);
        Assert.Contains(Keys.Fingerprint, failure.Message, StringComparison.Ordinal);
        Assert.Contains("DESC USER svc", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pkcs8")]
    [InlineData("pkcs1")]
    [InlineData("encrypted")]
    [InlineData("windows")]
    public async Task Keys_are_read_from_files_and_from_options(string kind)
    {
        var (pem, passphrase) = kind switch
        {
            "pkcs8" => (Keys.Pkcs8, (string?)null),
            "pkcs1" => (Keys.Pkcs1, null),
            "windows" => (Keys.Pkcs8.ReplaceLineEndings("\r\n"), null),
            _ => (Keys.Encrypted, Keys.Passphrase),
        };
        var file = Write("key.p8", "a comment\n" + pem + "\n");
        SnowflakeOptions[] ways =
        [
            new() { PrivateKeyFile = file, PrivateKeyPassphrase = passphrase },
            new() { PrivateKey = pem, PrivateKeyPassphrase = passphrase },
            new() { PrivateKey = pem.ReplaceLineEndings("\\n"), PrivateKeyPassphrase = passphrase },
        ];
        foreach (var way in ways)
        {
            (way.Account, way.User, way.Endpoint) = ("a", "u", Account.Address);
            Account.Answers(200, OneRow);
            await using var sql = Sql(way);

            await sql.QueryAsync("SELECT 1", [], Cancel);

            Assert.Contains(Keys.Fingerprint, Encoding.UTF8.GetString(Bytes(Account.Requests.Last().Bearer.Split('.')[1])), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_rotated_key_is_found_when_the_old_one_is_refused()
    {
        using var next = RSA.Create(2048);
        var file = Write("key.p8", Keys.Pkcs8);
        Account.Answers(_ =>
        {
            Write("key.p8", next.ExportPkcs8PrivateKeyPem());
            return new PlayedReply(401, Refusal);
        }).Answers(200, OneRow);
        await using var sql = Sql(new SnowflakeOptions { Account = "a", User = "u", Endpoint = Account.Address, PrivateKeyFile = file });

        await sql.QueryAsync("SELECT 1", [], Cancel);

        Assert.Contains(Keys.FingerprintOf(next), Encoding.UTF8.GetString(Bytes(Account.Requests.Last().Bearer.Split('.')[1])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SnowflakeAuthentication.ProgrammaticAccessToken, "PROGRAMMATIC_ACCESS_TOKEN")]
    [InlineData(SnowflakeAuthentication.OAuth, "OAUTH")]
    public async Task Tokens_are_sent_as_what_they_are_and_read_again_when_their_file_changes(SnowflakeAuthentication kind, string header)
    {
        var file = Write("token", "first-token\n");
        Account.Answers(200, OneRow).Answers(200, OneRow).Answers(_ =>
        {
            Write("token", "third-token");
            return new PlayedReply(401, """{"code":"390318","message":"OAuth access token expired."}""");
        }).Answers(200, OneRow);
        await using var sql = Sql(new SnowflakeOptions { Account = "a", Endpoint = Account.Address, Authentication = kind, TokenFile = file });

        await sql.QueryAsync("SELECT 1", [], Cancel);
        Write("token", "second-token");
        await sql.QueryAsync("SELECT 1", [], Cancel);
        await sql.QueryAsync("SELECT 1", [], Cancel);

        Assert.Equal(["first-token", "second-token", "second-token", "third-token"], Account.Requests.Select(request => request.Bearer));
        Assert.All(Account.Requests, request => Assert.Equal(header, request.Headers["X-Snowflake-Authorization-Token-Type"]));
    }

    [Fact]
    public async Task A_refused_token_that_cannot_be_replaced_is_not_sent_again()
    {
        Account.Answers(401, """{"code":"394400","message":"Programmatic access token is invalid."}""");
        await using var sql = Sql(new SnowflakeOptions { Account = "a", Endpoint = Account.Address, Authentication = SnowflakeAuthentication.ProgrammaticAccessToken, Token = "the-token" });

        var failure = await Assert.ThrowsAsync<SnowflakeException>(() => sql.QueryAsync("SELECT 1", [], Cancel));

        Assert.Single(Account.Requests);
        Assert.Equal(394400, failure.Code);
        Assert.Contains("CustomerTrack:Snowflake:Token", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("the-token", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_with_a_key_is_told_by_option_and_file_and_never_by_content()
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var small = RSA.Create(1024);
        var damaged = Keys.Pkcs8.Replace(Keys.Pkcs8.Split('\n')[5], Keys.Pkcs8.Split('\n')[6], StringComparison.Ordinal);
        (string Pem, string? Passphrase, string Told)[] cases =
        [
            (Keys.Encrypted, null, "is encrypted; set CustomerTrack:Snowflake:PrivateKeyPassphrase"),
            (Keys.Encrypted, "wrong-passphrase", "cannot be decrypted"),
            (ec.ExportPkcs8PrivateKeyPem(), null, "not RSA"),
            (ec.ExportECPrivateKeyPem(), null, "EC PRIVATE KEY"),
            (small.ExportPkcs8PrivateKeyPem(), null, "1024 bits"),
            (Keys.Pair.ExportSubjectPublicKeyInfoPem(), null, "PUBLIC KEY"),
            ("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----", null, "openssl pkcs8 -topk8"),
            ("not a key at all", null, "holds no PEM"),
            (" \n ", null, "is empty"),
            ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", null, "damaged"),
            (Keys.Pkcs8 + "\n" + Keys.Pkcs8, null, "holds several keys"),
            (Keys.Pkcs8 + "\n" + Keys.Pair.ExportSubjectPublicKeyInfoPem(), null, "holds several keys"),
            (Keys.Pkcs1 + "\n" + Keys.Encrypted, Keys.Passphrase, "holds several keys"),
            (Keys.Encrypted + "\n" + Keys.Encrypted, Keys.Passphrase, "holds several keys"),
            (Keys.Pair.ExportRSAPublicKeyPem(), null, "RSA PUBLIC KEY"),
        ];
        foreach (var (pem, passphrase, told) in cases)
        {
            var file = Write("bad.p8", pem);
            var failure = Assert.Throws<SnowflakeException>(() => Sql(new SnowflakeOptions { Account = "a", User = "u", PrivateKeyFile = file, PrivateKeyPassphrase = passphrase }));

            Assert.Contains(told, failure.Message, StringComparison.Ordinal);
            Assert.Contains($"CustomerTrack:Snowflake:PrivateKeyFile ('{file}')", failure.Message, StringComparison.Ordinal);
            Assert.False(failure.IsTransient);
            var text = failure.ToString();
            Assert.All(pem.Split('\n').Where(line => line.Length > 20 && !line.StartsWith('-')), line => Assert.DoesNotContain(line, text, StringComparison.Ordinal));
            Assert.DoesNotContain("wrong-passphrase", text, StringComparison.Ordinal);
        }

        Assert.NotEqual(Keys.Pkcs8, damaged);
    }

    [Fact]
    public void What_the_options_lack_is_named()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, "dir")).FullName;
        (SnowflakeOptions Options, string Told)[] cases =
        [
            (new() { User = "u", PrivateKey = Keys.Pkcs8 }, "CustomerTrack:Snowflake:Account is missing"),
            (new() { Account = "https://myorg-acct.snowflakecomputing.com", User = "u", PrivateKey = Keys.Pkcs8 }, "the account identifier alone"),
            (new() { Account = "myorg-acct.snowflakecomputing.com", User = "u", PrivateKey = Keys.Pkcs8 }, "the account identifier alone"),
            (new() { Account = "a", PrivateKey = Keys.Pkcs8 }, "CustomerTrack:Snowflake:User is missing"),
            (new() { Account = "a", User = "u" }, "set CustomerTrack:Snowflake:PrivateKeyFile to a file, or CustomerTrack:Snowflake:PrivateKey"),
            (new() { Account = "a", User = "u", PrivateKey = Keys.Pkcs8, PrivateKeyFile = "k" }, "are both set"),
            (new() { Account = "a", User = "u", PrivateKeyFile = Path.Combine(Folder, "absent.p8") }, "absent.p8') cannot be read"),
            (new() { Account = "a", User = "u", PrivateKeyFile = folder }, "cannot be read"),
            (new() { Account = "a", Authentication = SnowflakeAuthentication.OAuth }, "an OAuth access token"),
            (new() { Account = "a", Authentication = SnowflakeAuthentication.ProgrammaticAccessToken, TokenFile = Path.Combine(Folder, "absent") }, "cannot be read"),
            (new() { Account = "a", Authentication = SnowflakeAuthentication.OAuth, Token = "two words" }, "something other than one token"),
            (new() { Account = "a", User = "u", PrivateKey = Keys.Pkcs8, Endpoint = new Uri("ftp://h") }, "CustomerTrack:Snowflake:Endpoint"),
            (new() { Account = "a", User = "u", PrivateKey = Keys.Pkcs8, Endpoint = new Uri("https://h/path") }, "CustomerTrack:Snowflake:Endpoint"),
        ];
        foreach (var (options, told) in cases)
        {
            Assert.Contains(told, Assert.Throws<SnowflakeException>(() => Sql(options)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_fingerprint_is_what_openssl_computes()
    {
        var file = Write("key.p8", Keys.Pkcs8);
        using var process = StartShell($"openssl rsa -in '{file}' -pubout -outform DER 2>/dev/null | openssl dgst -sha256 -binary | openssl enc -base64");
        var printed = (await process.StandardOutput.ReadToEndAsync(Cancel)).Trim();
        await process.WaitForExitAsync(Cancel);
        Assert.SkipWhen(printed.Length < 40, "Install openssl to compare fingerprints with it.");

        Assert.Equal("SHA256:" + printed, PrivateKeyReader.Fingerprint(Keys.Pair));
    }

    [Fact]
    public async Task Secrets_are_in_no_log_and_in_no_exception()
    {
        var texts = new StringBuilder();
        var tokens = new List<string>();
        foreach (var status in new[] { 200, 401, 403, 422, 503, 0 })
        {
            for (var attempt = 0; attempt < 8; attempt++)
            {
                Account.Answers(status, status == 200 ? OneRow : "{}");
            }

            var options = Options;
            (options.PrivateKey, options.PrivateKeyPassphrase) = (Keys.Encrypted, Keys.Passphrase);
            await using var sql = Sql(options);
            var failure = await Xunit.Record.ExceptionAsync(() => sql.QueryAsync("SELECT 'secret-literal', ?", ["secret-bind"], Cancel));
            await Xunit.Record.ExceptionAsync(() => sql.ExecuteAsync(["SELECT 'secret-literal'", "SELECT 'secret-literal'"], Cancel));
            using var pipe = SnowflakeClients.CreatePipe(options, Time, Logs);
            var other = await Xunit.Record.ExceptionAsync(() => pipe.GetInsertReportAsync("P", null, Cancel));
            texts.Append(failure).Append(other);
            Account.Clear();
        }

        tokens.AddRange(Account.Requests.Select(request => request.Bearer).Distinct());
        var said = texts + Logs.Everything;
        Assert.NotEmpty(tokens);
        Assert.NotEmpty(Logs.Entries);
        Assert.All(tokens, token => Assert.DoesNotContain(token.Split('.')[2], said, StringComparison.Ordinal));
        foreach (var secret in new[] { Keys.Passphrase, "secret-literal", "secret-bind", "Bearer", "PRIVATE KEY-----", Keys.Encrypted.Split('\n')[3] })
        {
            Assert.DoesNotContain(secret, said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Plain_http_to_another_machine_is_warned_of()
    {
        _ = Sql(new SnowflakeOptions { Account = "a", User = "u", PrivateKey = Keys.Pkcs8, Endpoint = new Uri("http://emulator:8085") });

        Assert.Contains(Logs.Entries, entry => entry.Level == LogLevel.Warning && entry.Text.Contains("not encrypted", StringComparison.Ordinal));
    }

    private static byte[] Bytes(string base64Url) => System.Buffers.Text.Base64Url.DecodeFromChars(base64Url);

    private static System.Diagnostics.Process StartShell(string command) =>
        System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true })!;
}
