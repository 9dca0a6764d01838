using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace CustomerTrack.Harness;

/// <summary>The place of one silo in a cluster: one process after the other.</summary>
public sealed class ClusterSilo : IAsyncDisposable
{
    private const long MostResidentBytes = 4L << 30;
    private const int LogTail = 6_000;
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan WatchEvery = TimeSpan.FromMilliseconds(250);

    private readonly ClusterSite _site;
    private readonly List<CustomerTrackProcess> _ended = [];
    private CustomerTrackProcess? _process;
    private CancellationTokenSource _watching = new();
    private Task _watch = Task.CompletedTask;
    private HttpClient? _http;

    internal ClusterSilo(ClusterSite site, int number, NetworkNamespace? network)
    {
        _site = site;
        Number = number;
        Network = network;
    }

    /// <summary>From 1.</summary>
    public int Number { get; }

    /// <summary>Its own network; null where all have the machine's.</summary>
    public NetworkNamespace? Network { get; }

    /// <summary>Its data folder.</summary>
    public string Data => _site.DataOf(Number);

    /// <summary>The process that was started last.</summary>
    public CustomerTrackProcess Process => _process ?? throw new InvalidOperationException($"{this} was not started.");

    public bool IsRunning => _process is { HasExited: false };

    public bool IsPaused { get; private set; }

    /// <summary>The port at which the other silos reach its process; null until it is up.</summary>
    public int? Port { get; private set; }

    /// <summary>Why the harness killed it; null where it did not.</summary>
    public string? Overgrown { get; private set; }

    /// <summary>The most memory a process of it had resident, in bytes, as far as it was looked at.</summary>
    public long PeakResidentBytes { get; private set; }

    /// <summary>Its name among the silos, as <c>/api/status</c> has it; null until it is up.</summary>
    public string? Name(JsonElement status) => Port is { } port
        ? status.GetProperty("cluster").GetProperty("silos").EnumerateArray().Select(silo => silo.GetProperty("name").GetString()!)
            .LastOrDefault(name => name.Contains(string.Create(CultureInfo.InvariantCulture, $"-{port}-"), StringComparison.Ordinal))
        : null;

    /// <summary>Its API, for whoever calls it otherwise than this class does.</summary>
    public HttpClient Http => _http ?? throw new InvalidOperationException($"{this} is not up.");

    /// <summary>Whether it holds the warehouse's file open.</summary>
    public bool HasWarehouse
    {
        get
        {
            try
            {
                return IsRunning && Directory.EnumerateFileSystemEntries($"/proc/{Process.Id}/fd").Any(link => File.ResolveLinkTarget(link, returnFinalTarget: false)?.Name == "warehouse.duckdb");
            }
            catch (IOException)
            {
                // It ended meanwhile, or closed something.
                return false;
            }
        }
    }

    /// <summary>The end of what its processes wrote, with their ids.</summary>
    public string Log => string.Join('\n', ((IEnumerable<CustomerTrackProcess>)[.. _ended, .. _process is null ? [] : new[] { _process }]).TakeLast(3).Select(process =>
        $"--- {this}, process {process.Id}{(process.HasExited ? ", ended" : "")} ---\n{Tail(process.Error)}"));

    /// <summary>All that its processes wrote.</summary>
    public string WholeLog => string.Join('\n', ((IEnumerable<CustomerTrackProcess>)[.. _ended, .. _process is null ? [] : new[] { _process }]).Select(process =>
        $"--- {this}, process {process.Id} ---\n{process.Error}\n{process.Out}"));

    /// <summary>Starts a process, without waiting until it is up.</summary>
    public void Start()
    {
        if (IsRunning)
        {
            throw new InvalidOperationException($"{this} runs already.");
        }

        if (_process is not null)
        {
            _ended.Add(_process);
        }

        _http?.Dispose();
        _http = null;
        Port = null;
        IsPaused = false;
        _process = CustomerTrackProcess.Start(["run", "--url", "http://127.0.0.1:0", .. _site.Common(Number)], _site.EnvironmentOf(this), through: Network?.Through);
        _watching.Dispose();
        _watching = new();
        _watch = WatchAsync(_process, _watching.Token);
    }

    /// <summary>Waits until it has said where it listens.</summary>
    /// <exception cref="InvalidOperationException">It ended instead; says what it wrote.</exception>
    public async Task UpAsync(CancellationToken cancellationToken) => await Fact.AwaitAsync(
        () => IsRunning ? FindAddress() : throw new InvalidOperationException($"{this} ended while it started.\n{Log}"),
        StartPatience,
        cancellationToken,
        () => Task.FromResult(Log));

    /// <summary>Ends it at once (SIGKILL).</summary>
    public async Task KillAsync()
    {
        await Process.KillAsync();
        IsPaused = false;
    }

    public void Pause()
    {
        Process.Pause();
        IsPaused = true;
    }

    public void Continue()
    {
        Process.Continue();
        IsPaused = false;
    }

    /// <summary>Ends it in order (SIGTERM); it must end with 0.</summary>
    public async Task StopAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        Process.Terminate();
        (await Process.WaitForExitAsync(patience, cancellationToken)).Must();
    }

    /// <summary>Whether it says that it is ready; false also where it does not answer.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(3));
            using var answer = IsRunning && !IsPaused && (_http is not null || FindAddress()) ? await _http!.GetAsync("healthz/ready", limit.Token) : null;
            return answer is { IsSuccessStatusCode: true };
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>The answer of <c>/api/status</c>.</summary>
    public async Task<JsonElement> StatusAsync(CancellationToken cancellationToken) => await CallAsync(
        (http, limit) => http.GetFromJsonAsync<JsonElement>("api/status", limit), cancellationToken);

    /// <summary>The text of <c>/metrics</c>.</summary>
    public async Task<string> MetricsAsync(CancellationToken cancellationToken) => await CallAsync((http, limit) => http.GetStringAsync("metrics", limit), cancellationToken);

    /// <summary>What <c>/api/status</c> says, or why it says nothing; for messages.</summary>
    public async Task<string> DescribeAsync(CancellationToken cancellationToken)
    {
        try
        {
            return $"{this}: {await StatusAsync(cancellationToken)}";
        }
        catch (HttpRequestException failure)
        {
            return $"{this}: {failure.Message}";
        }
    }

    /// <summary>Rows of a query, as lines of CSV like those of an answer key.</summary>
    /// <exception cref="SiloAnswerException">The silo says that it failed.</exception>
    /// <exception cref="HttpRequestException">It does not answer.</exception>
    public async Task<IReadOnlyList<string>> QueryAsync(string sql, CancellationToken cancellationToken)
    {
        List<string> rows = [];
        await foreach (var line in PostAsync("query", new { sql }, cancellationToken))
        {
            if (line.ValueKind == JsonValueKind.Array)
            {
                rows.Add(string.Join(',', line.EnumerateArray().Select(Field)));
            }
            else if (line.TryGetProperty("rows", out var count))
            {
                return count.GetInt64() == rows.Count ? rows : throw new SiloAnswerException($"{this} sent {rows.Count} rows and says {count}.");
            }
        }

        throw new HttpRequestException($"The answer of {this} was cut off.");
    }

    /// <summary>A query of one whole number.</summary>
    public async Task<long> NumberAsync(string sql, CancellationToken cancellationToken) =>
        long.Parse((await QueryAsync(sql, cancellationToken))[0], CultureInfo.InvariantCulture);

    /// <summary>Has it verify; it must agree.</summary>
    /// <exception cref="AnswerMismatchException">It does not; says the first differences.</exception>
    public async Task VerifyAsync(CancellationToken cancellationToken)
    {
        await foreach (var line in PostAsync("verify", new { snowflake = false }, cancellationToken))
        {
            if (line.TryGetProperty("report", out var report))
            {
                if (!report.GetProperty("agrees").GetBoolean())
                {
                    throw new AnswerMismatchException($"verify from {this}: {report}");
                }

                return;
            }
        }

        throw new HttpRequestException($"The answer of {this} was cut off.");
    }

    /// <summary>Runs the command <c>verify</c> beside it; it must end with 0.</summary>
    public async Task RunVerifyAsync(CancellationToken cancellationToken)
    {
        await using var process = CustomerTrackProcess.Start(["verify", .. _site.Common(Number)], _site.EnvironmentOf(this), through: Network?.Through);
        (await process.WaitForExitAsync(TimeSpan.FromMinutes(2), cancellationToken)).Must();
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"silo {Number}");

    public async ValueTask DisposeAsync()
    {
        await _watching.CancelAsync();
        await _watch;
        _watching.Dispose();
        _http?.Dispose();
        foreach (var process in (IEnumerable<CustomerTrackProcess>)[.. _ended, .. _process is null ? [] : new[] { _process }])
        {
            await process.DisposeAsync();
        }
    }

    private static string Tail(string text) => text.Length <= LogTail ? text : "…" + text[^LogTail..];

    private static string Field(JsonElement cell) => cell.ValueKind switch
    {
        JsonValueKind.Null => "",
        JsonValueKind.String when cell.GetString() is var text => text!.Length == 0 || text.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text,
        _ => cell.GetRawText(),
    };

    private async IAsyncEnumerable<JsonElement> PostAsync(string call, object request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (answer, body) = await CallAsync(
            async (http, limit) =>
            {
                using var message = new HttpRequestMessage(HttpMethod.Post, $"internal/pipeline/{call}") { Content = JsonContent.Create(request) };
                var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, limit);
                return (response, await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(limit));
            },
            cancellationToken);
        using (answer)
        using (var lines = new StreamReader(body, Encoding.UTF8))
        {
            while (await ReadAsync(lines, cancellationToken) is { } text)
            {
                var line = JsonElement.Parse(text);
                if (line.ValueKind == JsonValueKind.Object && line.TryGetProperty("error", out var error))
                {
                    throw new SiloAnswerException($"{this} answered '{call}': {error.GetString()}");
                }

                yield return line;
            }
        }
    }

    private async Task<string?> ReadAsync(StreamReader lines, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AnswerPatience);
        try
        {
            return await lines.ReadLineAsync(limit.Token);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"The answer of {this} was cut off: {failure.Message}", failure);
        }
    }

    private async Task<T> CallAsync<T>(Func<HttpClient, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        if (IsPaused || !IsRunning || (_http is null && !FindAddress()))
        {
            throw new HttpRequestException($"{this} {(IsPaused ? "is paused" : IsRunning ? "is starting" : "does not run")}.");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AnswerPatience);
        try
        {
            return await call(_http!, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"{this} does not answer within {AnswerPatience}.");
        }
    }

    // The file of a process that was killed may still lie there.
    private bool FindAddress()
    {
        foreach (var path in Site.FilesBelow(Path.Combine(Data, "silos"), "process.json"))
        {
            try
            {
                var address = JsonElement.Parse(File.ReadAllBytes(path));
                if (address.GetProperty("pid").GetInt32() == Process.Id)
                {
                    // A silo's place is named after its machine and its port.
                    var place = Path.GetFileName(Path.GetDirectoryName(path)!);
                    Port = int.Parse(place.AsSpan(place.LastIndexOf('-') + 1), CultureInfo.InvariantCulture);
                    _http = new(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5), ConnectCallback = Network is null ? null : ConnectInsideAsync })
                    {
                        BaseAddress = new(address.GetProperty("url").GetString()!),
                        Timeout = Timeout.InfiniteTimeSpan,
                    };
                    _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", address.GetProperty("token").GetString());
                    return true;
                }
            }
            catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
            {
                // It is just going.
            }
        }

        return false;
    }

    private ValueTask<Stream> ConnectInsideAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
        Network!.ConnectAsync(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, context.DnsEndPoint.Port), cancellationToken);

    // A process that takes all memory would take the machine with it.
    private async Task WatchAsync(CustomerTrackProcess process, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested && !process.HasExited)
        {
            var resident = process.ResidentBytes ?? 0;
            PeakResidentBytes = Math.Max(PeakResidentBytes, resident);
            if (resident > MostResidentBytes)
            {
                Overgrown = $"{this} had {resident >> 20} MiB resident and was killed.";
                await process.KillAsync();
                return;
            }

            await Task.Delay(WatchEvery, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
