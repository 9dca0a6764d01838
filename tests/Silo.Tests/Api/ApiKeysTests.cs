using CustomerTrack.Cli;

namespace CustomerTrack.Api;

public sealed class ApiKeysTests : IDisposable
{
    private const string Long = "0123456789abcdef01234567";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_key_is_found_by_its_whole_text_only()
    {
        File.WriteAllText(_folder.Of("key"), Long + "-file\n");
        var keys = Read(("a", new() { Key = Long }), ("b", new() { KeyFile = _folder.Of("key"), Role = ApiRole.Operate }));

        Assert.Equal(("a", ApiRole.Read), (keys.Find(Long)?.Name, keys.Find(Long)?.Role));
        Assert.Equal(("b", ApiRole.Operate), (keys.Find(Long + "-file")?.Name, keys.Find(Long + "-file")?.Role));
        Assert.Null(keys.Find(Long[..^1]));
        Assert.Null(keys.Find(Long + "0"));
        Assert.Null(keys.Find(""));
    }

    [Theory]
    [InlineData("a", null, null, "CustomerTrack:Api:Keys:a:Key and CustomerTrack:Api:Keys:a:KeyFile are both not set")]
    [InlineData("a", Long, "nowhere", "CustomerTrack:Api:Keys:a:Key and CustomerTrack:Api:Keys:a:KeyFile are both set")]
    [InlineData("a", "too-short-by-one-letter", null, "CustomerTrack:Api:Keys:a:Key holds 23 characters; allowed: 24 at least")]
    [InlineData("a", "with blanks 0123456789 0123456789", null, "CustomerTrack:Api:Keys:a:Key holds 33 characters; allowed")]
    [InlineData("a", null, "/nowhere/key", "CustomerTrack:Api:Keys:a:KeyFile is '/nowhere/key' and cannot be read")]
    [InlineData("a b", Long, null, "CustomerTrack:Api:Keys:a b has a name that is not allowed")]
    public void A_key_that_cannot_be_meant_is_refused_and_not_shown(string name, string? key, string? file, string message)
    {
        var refused = Assert.Throws<UsageException>(() => Read((name, new() { Key = key, KeyFile = file })));

        Assert.StartsWith(message, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(key ?? "\0", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_key_has_one_name_and_everything_wrong_is_said_at_once()
    {
        var refused = Assert.Throws<UsageException>(() => Read(("a", new() { Key = Long }), ("b", new() { Key = Long }), ("c", new() { Key = "short" })));

        Assert.Contains("CustomerTrack:Api:Keys:b is the same key as a", refused.Message, StringComparison.Ordinal);
        Assert.Contains("CustomerTrack:Api:Keys:c:Key holds 5 characters", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://0.0.0.0:8080")]
    [InlineData("http://10.0.0.5:8080")]
    [InlineData("http://[::]:8080")]
    public void Without_a_key_only_loopback_may_be_listened_on(string url)
    {
        var refused = Assert.Throws<UsageException>(() => new ApiGate(HasKeys: false, HasTokens: false, HasSignIn: false).MustGuard(new(url)));

        Assert.Contains("CustomerTrack:Api:Keys:<name>:Key", refused.Message, StringComparison.Ordinal);
        new ApiGate(HasKeys: true, HasTokens: false, HasSignIn: false).MustGuard(new(url));
        new ApiGate(HasKeys: false, HasTokens: true, HasSignIn: false).MustGuard(new(url));
        new ApiGate(HasKeys: false, HasTokens: false, HasSignIn: false).MustGuard(new("http://127.0.0.1:8080"));
        new ApiGate(HasKeys: false, HasTokens: false, HasSignIn: false).MustGuard(new("http://localhost:8080"));
    }

    private static ApiKeys Read(params ReadOnlySpan<(string Name, ApiKeyOptions Key)> keys)
    {
        var options = new ApiOptions();
        foreach (var (name, key) in keys)
        {
            options.Keys.Add(name, key);
        }

        return ApiKeys.Read(options);
    }
}
