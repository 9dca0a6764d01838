using System.Globalization;
using System.Text;

namespace CustomerTrack.Generator;

/// <summary>A profile as the texts of its columns.</summary>
internal static class PersonText
{
    /// <summary>The text of one column; null where there is nothing to say.</summary>
    public static string? Of(Vocabulary vocabulary, Trait trait, Profile profile) => trait switch
    {
        Trait.FirstName => vocabulary.FirstNames[profile.First].Text,
        Trait.LastName => vocabulary.LastNames[profile.Last].Text,
        Trait.Email => profile.EmailNumber == Profile.None ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"{Encoding.ASCII.GetString(vocabulary.LastNames[profile.EmailLast].Slug)}{profile.EmailNumber}@{vocabulary.Providers[profile.EmailProvider].Text}"),
        Trait.Street => profile.Street == Profile.None ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"{profile.House} {vocabulary.Streets[profile.Street].Text}"),
        Trait.City => vocabulary.Cities[profile.City].Name.Text,
        Trait.State => vocabulary.Cities[profile.City].State?.Text,
        Trait.Country => vocabulary.Cities[profile.City].Country.Text,
        _ => throw new ArgumentOutOfRangeException(nameof(trait), trait, "No such trait."),
    };

    /// <summary>All of <paramref name="traits"/>.</summary>
    public static string?[] Of(Vocabulary vocabulary, IReadOnlyList<Trait> traits, Profile profile)
    {
        var values = new string?[traits.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Of(vocabulary, traits[i], profile);
        }

        return values;
    }
}
