using System.Text.Json;
using CustomerTrack.Lake;
using CustomerTrack.S3Server;

namespace CustomerTrack.S3.Tests.Lake;

public sealed class LakeOwnershipTests
{
    private const string Key = "lake/_lake.json";

    private static readonly LakeOwner Other = new() { StateId = "22222222222222222222222222222222", Place = "the data folder '/other' on host-2" };

    private static CancellationToken Cancel => Store.Cancel;

    [Theory]
    [InlineData(LakeAccess.Write)]
    [InlineData(LakeAccess.Read)]
    public async Task A_lake_that_belongs_to_other_states_is_refused_with_both_names_and_what_to_do(LakeAccess access)
    {
        await using var site = await S3Site.CreateAsync();
        await site.WriteAsync(1);
        var before = await site.Bucket.GetAsync(Key, Cancel);

        var refused = await Assert.ThrowsAsync<LakeException>(() => site.OpenAsync(owner: Other, access: access));

        Assert.Contains($"_lake.json': the lake belongs to the states {S3Site.Owner.StateId} (the tests' states, since ", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"this is for the states {Other.StateId} (the data folder '/other' on host-2)", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Revisions would be given out twice", refused.Message, StringComparison.Ordinal);
        Assert.Contains("set another CustomerTrack:S3:Prefix, or restore the data folder", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await site.Bucket.GetAsync(Key, Cancel));
        (await site.OpenAsync(access: access)).Dispose();
    }

    [Fact]
    public async Task States_without_an_id_may_not_read_a_lake_that_is_somebodys()
    {
        await using var site = await S3Site.CreateAsync();

        var refused = await Assert.ThrowsAsync<LakeException>(() => site.OpenAsync(owner: new() { StateId = null, Place = "a new folder" }, access: LakeAccess.Read));

        Assert.Contains("this is for states without an id (a new folder)", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reading_a_lake_that_is_nobodys_leaves_it_nobodys()
    {
        await using var site = await S3Site.CreateAsync();
        site.Options.Prefix = "new/";

        (await site.OpenAsync(access: LakeAccess.Read)).Dispose();
        (await site.OpenAsync(owner: new() { StateId = null, Place = "a new folder" }, access: LakeAccess.Read)).Dispose();

        Assert.DoesNotContain("new/_lake.json", await site.KeysAsync());
        (await site.OpenAsync(owner: Other)).Dispose();
        Assert.Contains("new/_lake.json", await site.KeysAsync());
    }

    [Fact]
    public async Task Of_states_that_open_a_new_lake_at_the_same_time_one_gets_it()
    {
        await using var site = await S3Site.CreateAsync();
        site.Options.Prefix = "new/";
        using var all = new Barrier(4);
        var first = 0;
        site.Proxy.Plan = request =>
        {
            // Everybody has seen that there is none before anybody makes one.
            if (request.Method == "PUT" && request.Path.EndsWith("/_lake.json", StringComparison.Ordinal) && Interlocked.Increment(ref first) <= 4)
            {
                all.SignalAndWait(TimeSpan.FromSeconds(30), Cancel);
            }

            return null;
        };

        var opened = await Task.WhenAll(Enumerable.Range(1, 4).Select(async i =>
        {
            try
            {
                (await site.OpenAsync(owner: new() { StateId = $"{i:D32}", Place = $"states {i}" })).Dispose();
                return $"{i:D32}";
            }
            catch (LakeException refused)
            {
                Assert.Contains("Revisions would be given out twice", refused.Message, StringComparison.Ordinal);
                return null;
            }
        }));

        var winner = Assert.Single(opened.OfType<string>());
        using var note = JsonDocument.Parse(await site.Bucket.GetAsync("new/_lake.json", Cancel));
        Assert.Equal(winner, note.RootElement.GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_lake_whose_making_got_no_answer_is_its_makers()
    {
        await using var site = await S3Site.CreateAsync();
        site.Options.Prefix = "new/";
        var lost = 0;
        site.Proxy.Plan = request =>
            request.Method == "PUT" && request.Path.EndsWith("/_lake.json", StringComparison.Ordinal) && Interlocked.Increment(ref lost) == 1 ? new S3Fault.LoseAnswer() : null;

        (await site.OpenAsync()).Dispose();

        Assert.Equal(2, lost);
    }

    [Fact]
    public async Task Objects_that_nobody_owns_are_not_written_beside_until_somebody_says_whose_they_are()
    {
        await using var site = await S3Site.CreateAsync();
        var written = await site.WriteAsync(1);
        using var bucket = new S3Bucket(site.Options, TimeProvider.System);
        await bucket.DeleteAsync(Key, Cancel);

        var refused = await Assert.ThrowsAsync<LakeException>(() => site.OpenAsync());
        var text = $"{{\"state\":\"{S3Site.Owner.StateId}\"}}";
        Assert.Contains("it has objects of 'customer' already, but no '_lake.json'", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"put the object back with the text {text}", refused.Message, StringComparison.Ordinal);
        (await site.OpenAsync(access: LakeAccess.Read)).Dispose();
        Assert.Equal(["lake/" + written.Name], await site.KeysAsync());

        await site.Bucket.PutAsync(Key, System.Text.Encoding.UTF8.GetBytes(text), Cancel);
        (await site.OpenAsync()).Dispose();
        await Assert.ThrowsAsync<LakeException>(() => site.OpenAsync(owner: Other));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"state\":\"\"}")]
    [InlineData("null")]
    public async Task A_damaged_note_is_refused_and_left_as_it_is(string text)
    {
        await using var site = await S3Site.CreateAsync();
        await site.Bucket.PutAsync(Key, System.Text.Encoding.UTF8.GetBytes(text), Cancel);

        var refused = await Assert.ThrowsAsync<LakeException>(() => site.OpenAsync());

        Assert.Contains("it is damaged; expected {\"state\":\"…\"}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(text, System.Text.Encoding.UTF8.GetString(await site.Bucket.GetAsync(Key, Cancel)));
    }
}
