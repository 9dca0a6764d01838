using System.Globalization;
using System.Text;

namespace CustomerTrack.Benchmarks;

/// <summary>
/// Writes CSV files about a fixed set of customers with an exact share of changes; nothing is late, dirty or out of order, so
/// what the tables must hold afterwards is known. The same seed writes the same bytes.
/// </summary>
internal sealed class CustomerFeed(int customers, double changeShare, NoOpKind noOps, int seed)
{
    private const string Header = "customer_id,updated_at,op,first_name,last_name,email,street,city,state,country\n";
    private static readonly DateTime Start = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly string[] FirstNames = ["Ada", "Bruno", "Chloe", "Dmitri", "Elena", "Farid", "Greta", "Hiro", "Ines", "Jonas", "Katya", "Liam", "Maria", "Nils", "Olga", "Pablo"];
    private static readonly string[] LastNames = ["Andersson", "Bianchi", "Carvalho", "Dupont", "Eriksen", "Fischer", "Garcia", "Horvath", "Ivanova", "Jansen", "Kowalski", "Lindqvist", "Moreau"];
    private static readonly string[] Streets = ["Main Street", "Station Road", "Church Lane", "Park Avenue", "Mill Road", "High Street", "Victoria Road", "Green Lane", "Kings Road", "Queensway", "North Street"];
    private static readonly string[] Cities = ["Springfield,IL,US", "Portland,OR,US", "Hamburg,HH,DE", "Lyon,ARA,FR", "Porto,PT-13,PT", "Graz,ST,AT", "Leeds,ENG,GB", "Turin,PIE,IT", "Ghent,VOV,BE", "Utrecht,UT,NL"];

    private readonly int[] _versions = new int[customers];
    private readonly long[] _stated = new long[customers];
    private readonly Random _random = new(seed);
    private readonly byte[] _buffer = new byte[1024];
    private long _clock;
    private int _introduced;
    private int _restated;
    private double _due;

    /// <summary>Rows that opened a version so far.</summary>
    public long Versions { get; private set; }

    /// <summary>A file with the next customers that were not heard of before.</summary>
    public void WriteNew(string path, int rows) => Write(path, rows, () =>
    {
        var customer = _introduced++;
        _stated[customer] = ++_clock;
        Versions++;
        return customer;
    });

    /// <summary>A file that states known customers anew, one after the other and each once.</summary>
    public void WriteEach(string path, int rows) => Write(path, rows, () =>
    {
        var customer = _restated++ % _introduced;
        _stated[customer] = ++_clock;
        return customer;
    });

    /// <summary>A file about known customers, chosen by chance.</summary>
    public void WriteKnown(string path, int rows) => Write(path, rows, () =>
    {
        var customer = _random.Next(_introduced);
        _due += changeShare;
        if (_due >= 1)
        {
            _due--;
            _versions[customer]++;
            _stated[customer] = ++_clock;
            Versions++;
        }
        else if (noOps == NoOpKind.Restated)
        {
            _stated[customer] = ++_clock;
        }

        return customer;
    });

    private void Write(string path, int rows, Func<int> next)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
        file.Write(Encoding.ASCII.GetBytes(Header));
        for (var row = 0; row < rows; row++)
        {
            var customer = next();
            var version = _versions[customer];
            var first = FirstNames[customer % FirstNames.Length];
            var last = LastNames[(customer / 7) % LastNames.Length];
            var provider = (version & 1) == 0 ? "example.com" : "mail.example.org";
            var moves = version / 2;
            Encoding.ASCII.TryGetBytes(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"C{customer:D9},{Start.AddMilliseconds(_stated[customer]):yyyy-MM-dd'T'HH:mm:ss.fff'Z'},u,{first},{last},{first}.{last}{customer}@{provider},{1 + ((customer + (moves * 31)) % 300)} {Streets[(customer + moves) % Streets.Length]},{Cities[(customer + moves) % Cities.Length]}\n"),
                _buffer,
                out var length);
            file.Write(_buffer, 0, length);
        }
    }
}
