using System.Net.Http.Headers;
using System.Text;
using CustomerTrack.Harness;

namespace CustomerTrack.Dashboard;

/// <summary>A service with keys, that has taken in a few files whose rows are known.</summary>
public sealed class FilledSite : IAsyncLifetime
{
    public const string Reader = "reader-0123456789abcdef0123";
    public const string Person = "person-0123456789abcdef0123";
    public const string Operator = "operator-0123456789abcdef01";

    /// <summary>A first version, one that split it later, a deletion and a return.</summary>
    public const string Key = "C1";

    private readonly TestFolder _folder = new();
    private RunningService _service = null!;

    public Uri Address => _service.Http.BaseAddress!;

    public RunningService Service => _service;

    public async ValueTask InitializeAsync()
    {
        var token = TestContext.Current.CancellationToken;
        var site = new Site(_folder.In("data"), Definitions.Write(_folder.Path, pii: ["first_name", "last_name", "email", "street"]));
        site.Environment["CUSTOMERTRACK_Dashboard__TraceUrl"] = "https://traces.example/search?file={file}&of=%22";
        foreach (var (name, key, role) in new[] { ("reader", Reader, "Read"), ("person", Person, "ReadPii"), ("operator", Operator, "Operate") })
        {
            site.Environment[$"CUSTOMERTRACK_Api__Keys__{name}__Key"] = key;
            site.Environment[$"CUSTOMERTRACK_Api__Keys__{name}__Role"] = role;
        }

        _service = await site.ServeAsync(token);
        _service.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Operator);
        string[] files =
        [
            """
            customer_id,first_name,last_name,email,city,updated_at,op
            C1,Marked,Person,marked@example.com,Bonn,2024-01-01T00:00:00Z,
            C1,Marked,Person,marked@example.com,Bonn,2024-03-01T00:00:00Z,
            C2,Other,Person,other@example.com,Rome,2024-01-01T00:00:00Z,
            ,Nameless,Person,nameless@example.com,Oslo,2024-01-01T00:00:00Z,
            C3,Third,Person,third@example.com,Oslo,someday,

            """,
            """
            customer_id,first_name,last_name,email,city,updated_at,op
            C1,Marked,Person,marked@example.com,Paris,2024-02-01T00:00:00Z,
            C1,,,,,2024-05-01T00:00:00Z,d
            C1,Marked,Person,marked@example.com,Kiel,2024-06-01T00:00:00Z,

            """,
        ];
        for (var i = 0; i < files.Length; i++)
        {
            site.Land($"customer_{i + 1}.csv", Encoding.UTF8.GetBytes(files[i]));
            await _service.DrainAsync(TimeSpan.FromMinutes(1), token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
        {
            await _service.DisposeAsync();
        }

        _folder.Dispose();
    }
}
