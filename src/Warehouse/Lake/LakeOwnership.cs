using System.Text.Json;
using CustomerTrack.S3;

namespace CustomerTrack.Lake;

/// <summary>
/// Keeps a lake in a bucket to one owner, by an object <c>_lake.json</c> that is written once, on condition that there is none. States that do
/// not know of each other would give out the same revisions for different rows, and every table would choose among them by chance.
/// </summary>
internal sealed class LakeOwnership(S3Bucket bucket, string prefix, LakeOwner owner, TimeProvider time)
{
    private const string Name = "_lake.json";
    private const string Doing = "use";

    private readonly string _key = prefix + Name;

    /// <summary>Checks that the lake is the owner's, and with <see cref="LakeAccess.Write"/> makes one that is nobody's the owner's.</summary>
    /// <param name="listDimensions">The dimensions that the lake has objects of.</param>
    /// <exception cref="LakeException">It is another's; says whose, and what to do.</exception>
    /// <exception cref="S3Exception">The store did not say.</exception>
    public async Task CheckAsync(LakeAccess access, Func<CancellationToken, Task<IReadOnlyList<string>>> listDimensions, CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is { } known)
        {
            MustBeOwners(known);
            return;
        }

        if (access == LakeAccess.Read)
        {
            return;
        }

        var id = owner.StateId ?? throw new ArgumentException("The states a lake is written for need an id.", nameof(access));
        if (await listDimensions(cancellationToken) is [var dimension, ..])
        {
            throw Refused(
                $"it has objects of '{dimension}' already, but no '{Name}' that says which states they come from; {Mine} would give out revisions that they have. " +
                $"If they come from these states, put the object back with the text {{\"state\":\"{id}\"}}. Otherwise {Advice}");
        }

        var note = new LakeOwnerNote { State = id, Place = owner.Place, MadeAt = time.GetUtcNow() };
        if (await bucket.TryCreateAsync(_key, JsonSerializer.SerializeToUtf8Bytes(note, LakeOwnerJson.Default.LakeOwnerNote), token: id, cancellationToken))
        {
            return;
        }

        MustBeOwners(await FindAsync(cancellationToken) ?? throw Refused("it was there and is gone; somebody removes what is below the prefix. Start again when that is done."));
    }

    private static string Advice =>
        $"set another {S3Options.SectionName}:{nameof(S3Options.Prefix)}, or restore the data folder that the lake belongs to, as it was last. " +
        "When the states are lost, 'customertrack rebuild' makes them anew from the lake and the archive.";

    private string Mine => $"{(owner.StateId is { } id ? $"the states {id}" : "states without an id")} ({owner.Place})";

    /// <summary>Whose the lake is; null while it is nobody's.</summary>
    public async Task<LakeOwnerNote?> FindAsync(CancellationToken cancellationToken)
    {
        if (await bucket.ReadTextAsync(_key, cancellationToken) is not { } text)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(text, LakeOwnerJson.Default.LakeOwnerNote) is { State.Length: > 0 } note
                ? note
                : throw new JsonException("It names no states.");
        }
        catch (JsonException damaged)
        {
            throw Refused($"it is damaged; expected {{\"state\":\"…\"}} with the id of the states that the lake belongs to. {damaged.Message}");
        }
    }

    private void MustBeOwners(LakeOwnerNote known)
    {
        if (known.State == owner.StateId)
        {
            return;
        }

        var theirs = string.Join(", ", new[] { known.Place, known.MadeAt is { } at ? $"since {at.UtcDateTime:yyyy-MM-dd HH:mm}Z" : null }.OfType<string>());
        throw Refused(
            $"the lake belongs to the states {known.State}{(theirs.Length > 0 ? $" ({theirs})" : "")}, and this is for {Mine}. " +
            $"Revisions would be given out twice, and the tables would be wrong: {Advice}");
    }

    private LakeException Refused(string why) => new(bucket.Location(_key), Doing, why);
}
