using System.Collections.Concurrent;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>Every object of the account, by kind and name.</summary>
internal sealed class AccountCatalog
{
    private readonly ConcurrentDictionary<(ObjectKind Space, string Name), CatalogObject> _objects = new();

    public AccountCatalog() => Account = new CatalogObject(ObjectKind.Account, ObjectName.Of("ACCOUNT"), 0, "ACCOUNTADMIN", DateTimeOffset.UnixEpoch);

    /// <summary>The account itself: holds the grants ON ACCOUNT.</summary>
    public CatalogObject Account { get; }

    public IEnumerable<CatalogObject> All => _objects.Values;

    public IEnumerable<T> Of<T>()
        where T : CatalogObject => _objects.Values.OfType<T>();

    public CatalogObject? Find(ObjectKind kind, ObjectName name) => _objects.GetValueOrDefault((Space(kind), name.ToString()));

    public T? Find<T>(ObjectKind kind, ObjectName name)
        where T : CatalogObject => Find(kind, name) as T;

    public CatalogObject? ById(long id) => _objects.Values.FirstOrDefault(item => item.Id == id);

    public void Put(CatalogObject item) => _objects[(Space(item.Kind), item.Name.ToString())] = item;

    public void Remove(CatalogObject item) => _objects.TryRemove((Space(item.Kind), item.Name.ToString()), out _);

    /// <summary>What lives inside a database or a schema, however deep.</summary>
    public IEnumerable<CatalogObject> Inside(CatalogObject container) => _objects.Values.Where(item =>
        item.Kind is ObjectKind.Schema or >= ObjectKind.NetworkRule
        && item.Name.Parts.Count > container.Name.Parts.Count
        && item.Name.Parts.Take(container.Name.Parts.Count).SequenceEqual(container.Name.Parts, StringComparer.Ordinal));

    /// <summary>Tables and views share their names.</summary>
    private static ObjectKind Space(ObjectKind kind) => kind == ObjectKind.View ? ObjectKind.Table : kind;
}
