using Bogus;

namespace CustomerTrack.Generator;

/// <summary>
/// The names, streets and cities people can have, drawn once from Bogus. Bogus is far too slow to be asked for every row.
/// </summary>
internal sealed class Vocabulary
{
    private const int PerLocale = 200;
    private const int CitiesPerLocale = 60;

    private static readonly (string Locale, string Country, bool HasStates)[] Countries =
    [
        ("en_US", "United States", true),
        ("en_CA", "Canada", true),
        ("en_AU", "Australia", true),
        ("de", "Germany", false),
        ("fr", "France", false),
        ("nb_NO", "Norway", false),
        ("ja", "日本", false),
    ];

    public Vocabulary(int seed)
    {
        HashSet<string> first = new(StringComparer.Ordinal);
        HashSet<string> last = new(StringComparer.Ordinal);
        HashSet<string> streets = new(StringComparer.Ordinal);
        List<City> cities = [];

        // Texts that a careless reader of CSV or JSON breaks on.
        first.UnionWith(["Anne-Marie", "Jean \"JJ\"", "Zoë", "Null"]);
        last.UnionWith(["O'Connor", "Smith, Jr.", "de la Cruz", "Null"]);
        streets.UnionWith(["Main Street, Apt. 5", "\"The Mews\", Backstairs", "Straße des 17. Juni", "Rue de l'Église \\ Nord"]);
        for (var i = 0; i < Countries.Length; i++)
        {
            var (locale, countryName, hasStates) = Countries[i];
            var faker = new Faker(locale) { Random = new Randomizer(unchecked((seed * 31) + i)) };
            for (var n = 0; n < PerLocale; n++)
            {
                first.Add(faker.Name.FirstName());
                last.Add(faker.Name.LastName());
                streets.Add(faker.Address.StreetName());
            }

            var country = new Term(countryName);
            HashSet<string> places = new(StringComparer.Ordinal);
            for (var n = 0; n < CitiesPerLocale; n++)
            {
                var city = faker.Address.City();
                var state = hasStates ? faker.Address.State() : null;
                if (places.Add(city))
                {
                    cities.Add(new(new(city), state is null ? null : new(state), country));
                }
            }
        }

        FirstNames = [.. first.Select(text => new Term(text))];
        LastNames = [.. last.Select(text => new Term(text))];
        Streets = [.. streets.Select(text => new Term(text))];
        Cities = [.. cities];
    }

    public Term[] FirstNames { get; }

    public Term[] LastNames { get; }

    public Term[] Streets { get; }

    public City[] Cities { get; }

    /// <summary>Domains nobody owns.</summary>
    public Term[] Providers { get; } = [new("example.com"), new("example.net"), new("example.org"), new("mail.example"), new("post.example")];
}
