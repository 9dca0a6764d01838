using CustomerTrack.Cli;
using CustomerTrack.Dashboard.SignIn;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerTrack.Storage;

/// <summary>The keys with which the silos of a cluster protect sessions.</summary>
public sealed class RedisSessionKeysTests
{
    [Fact]
    public async Task Silos_that_start_at_once_on_an_empty_redis_agree_on_one_key()
    {
        await using var site = await RedisSite.StartAsync();
        var silos = new List<ServiceProvider>();
        for (var i = 0; i < 4; i++)
        {
            silos.Add(SiloOn((await site.OpenAsync()).SessionKeys));
        }

        await Task.WhenAll(silos.Select(silo => Task.Run(() => SessionKeys.MustWork(silo), TestContext.Current.CancellationToken)));

        var said = silos.Select(silo => Protector(silo).Protect("somebody")).ToList();
        Assert.All(silos, silo => Assert.All(said, text => Assert.Equal("somebody", Protector(silo).Unprotect(text))));
        Assert.Equal("1", await site.ExecuteAsync("LLEN", "{customertrack:service}:session-keys"));

        silos.ForEach(silo => silo.Dispose());
    }

    [Fact]
    public async Task A_silo_that_comes_later_reads_what_the_others_gave_out()
    {
        await using var site = await RedisSite.StartAsync();
        await using var first = SiloOn((await site.OpenAsync()).SessionKeys);
        var said = Protector(first).Protect("somebody");

        await using var second = SiloOn((await site.OpenAsync()).SessionKeys);

        Assert.Equal("somebody", Protector(second).Unprotect(said));
    }

    [Fact]
    public async Task A_key_is_not_added_behind_keys_that_were_not_read()
    {
        await using var site = await RedisSite.StartAsync();
        var (first, second) = ((await site.OpenAsync()).SessionKeys, (await site.OpenAsync()).SessionKeys);
        Assert.Empty(first.GetAllElements());
        Assert.Empty(second.GetAllElements());

        first.StoreElement(new("key", "first"), "first");
        second.StoreElement(new("key", "second"), "second");
        Assert.Equal("first", Assert.Single(second.GetAllElements()).Value);

        second.StoreElement(new("key", "third"), "third");
        Assert.Equal(["first", "third"], first.GetAllElements().Select(element => element.Value));
    }

    [Fact]
    public async Task A_start_without_keys_is_refused_with_the_reason()
    {
        await using var site = await RedisSite.StartAsync();
        await using var silo = SiloOn((await site.OpenAsync()).SessionKeys);
        await site.Server.KillAsync();

        var refused = Assert.Throws<CommandFailedException>(() => SessionKeys.MustWork(silo));

        Assert.StartsWith("The keys that protect the sessions of people who sign in cannot be read or kept: ", refused.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider SiloOn(RedisSessionKeys keys)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddDataProtection().SetApplicationName("customertrack");
        services.Configure<KeyManagementOptions>(options => options.XmlRepository = keys);
        return services.BuildServiceProvider();
    }

    private static IDataProtector Protector(ServiceProvider silo) => silo.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");
}
