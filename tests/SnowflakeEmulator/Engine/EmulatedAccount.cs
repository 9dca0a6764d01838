using System.Collections.Immutable;
using System.Security.Cryptography;

namespace CustomerTrack.SnowflakeEmulator;

/// <summary>One emulated account: catalog, data, loading, tasks. <see cref="EmulatorHost"/> puts it on the network.</summary>
internal sealed class EmulatedAccount : IAsyncDisposable
{
    private readonly StatementExecutor _executor;
    private long _lastSession;

    public EmulatedAccount(EmulatorOptions options, TimeProvider time)
    {
        Options = options;
        Clock = new EmulatorClock(time, options.ClockSpeed);
        Access = new AccessControl(Catalog);
        Faults = new FaultPlan(Clock, Counters);
        Faults.Set(options.Faults);
        Store = new DuckStore(options.DataFolder);
        Transactions = new Transactions(Store, options.LockTimeout);
        Transactions.Load();
        Files = new StageFiles(this);
        Loader = new PipeLoader(this);
        Tasks = new TaskRunner(this);
        _executor = new StatementExecutor(this);
        CreateSystem();
        Replay();
        Loader.Start();
        Tasks.Start();
    }

    public EmulatorOptions Options { get; }

    public EmulatorClock Clock { get; }

    public AccountCatalog Catalog { get; } = new();

    public AccessControl Access { get; }

    public FaultPlan Faults { get; }

    public Counters Counters { get; } = new();

    public DuckStore Store { get; }

    public Transactions Transactions { get; }

    public StageFiles Files { get; }

    public PipeLoader Loader { get; }

    public TaskRunner Tasks { get; }

    /// <summary>The last error that was the emulator's own fault; null when there was none.</summary>
    public string? LastInternalError { get; private set; }

    /// <summary>The log is being read after a restart: nothing may be done twice.</summary>
    public bool Replaying { get; private set; }

    public SqlSession Open(string user, string? role)
    {
        var found = Catalog.Find<UserObject>(ObjectKind.User, ObjectName.Of(user)) ?? throw SqlException.NotFound("User", user);
        var defaultRole = found.Properties.Scalar("DEFAULT_ROLE") is { } name ? ObjectName.Parse(name).Last : null;
        var session = new SqlSession(this, Interlocked.Increment(ref _lastSession) + 1_000_000, user, "PUBLIC");
        try
        {
            if (role is not null || (defaultRole is not null && found.Roles.Contains(defaultRole)))
                UseRole(session, role ?? defaultRole!);
            session.Warehouse = found.Properties.Scalar("DEFAULT_WAREHOUSE") is { } warehouse ? ObjectName.Parse(warehouse).Last : null;
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>A session of the account itself, in a role: for tasks and pipes.</summary>
    public SqlSession OpenAs(string role) => new(this, Interlocked.Increment(ref _lastSession) + 1_000_000, "SYSTEM", role);

    public void UseRole(SqlSession session, string role)
    {
        var user = Catalog.Find<UserObject>(ObjectKind.User, ObjectName.Of(session.User));
        if (role != "PUBLIC" && (user is null || !user.Roles.Any(granted => Access.Closure(granted).Contains(role))))
            throw new SqlException("390189", "08001", $"Role '{role}' specified in the connect string does not exist or not authorized. Contact your local system administrator, or attempt to login with another role.");
        session.Role = role;
    }

    public StatementResult Execute(SqlSession session, Statement statement, IReadOnlyList<BindValue> binds)
    {
        session.Gate.Wait();
        try
        {
            return _executor.Execute(session.Context with { Binds = binds }, statement);
        }
        catch (Exception exception) when (exception is not SqlException)
        {
            throw Broken(exception);
        }
        finally
        {
            session.Gate.Release();
        }
    }

    /// <summary>Runs a text of one or more statements; the last result counts.</summary>
    public StatementResult Execute(SqlSession session, string text)
    {
        var result = StatementResult.Status("");
        foreach (var statement in StatementParser.ParseAll(text))
            result = Execute(session, statement, []);
        return result;
    }

    /// <summary>The table a stream is on, as long as it is the same table.</summary>
    public TableObject StreamTable(StreamObject stream) => Catalog.ById(stream.TableId) as TableObject
        ?? throw new SqlException("091901", "55000", $"SQL compilation error:\nBase table '{stream.TableName}' dropped, cannot read from stream '{stream.Name.Last}'.");

    public bool HasStreams(TableObject table) => Catalog.Of<StreamObject>().Any(stream => stream.TableId == table.Id);

    public bool StreamHasData(SqlSession session, StreamObject stream)
    {
        var table = StreamTable(stream);
        return session.Duck.Any($"SELECT 1 FROM sys_commits WHERE tbl = {table.Id} AND n > (SELECT position FROM sys_streams WHERE id = {stream.Id})");
    }

    /// <summary>The column's own policy, or the one that its tag or its table's tag brings.</summary>
    public PolicyObject? PolicyOf(CatalogObject holder, TableColumn column)
    {
        if (column.Policy is { } own)
            return Catalog.Find<PolicyObject>(ObjectKind.MaskingPolicy, own);
        foreach (var tag in column.Tags.Keys.Concat(holder.Tags.Keys))
        {
            foreach (var name in Catalog.Find<TagObject>(ObjectKind.Tag, ObjectName.Parse(tag))?.Policies ?? ImmutableList<ObjectName>.Empty)
            {
                if (Catalog.Find<PolicyObject>(ObjectKind.MaskingPolicy, name) is { } policy && policy.Type.Kind == column.Type.Kind)
                    return policy;
            }
        }
        return null;
    }

    /// <summary>An error of the emulator itself: shown in the state, and given on as Snowflake gives its own.</summary>
    public SqlException Broken(Exception exception)
    {
        Counters.Add("internalErrors");
        LastInternalError = exception.ToString();
        return new SqlException("000603", "XX000", $"SQL execution internal error:\nThe emulator failed: {exception.Message}");
    }

    public async ValueTask DisposeAsync()
    {
        await Tasks.DisposeAsync().ConfigureAwait(false);
        await Loader.DisposeAsync().ConfigureAwait(false);
        Files.Dispose();
        Store.Dispose();
    }

    private void CreateSystem()
    {
        var at = DateTimeOffset.UnixEpoch;
        foreach (var (name, inherits) in (ReadOnlySpan<(string, string[])>)[("PUBLIC", []), ("USERADMIN", []), ("SECURITYADMIN", ["USERADMIN"]), ("SYSADMIN", []), ("ACCOUNTADMIN", ["SYSADMIN", "SECURITYADMIN"])])
            Catalog.Put(new RoleObject(ObjectName.Of(name), 0, null, at) { Inherits = [.. inherits] });
        Catalog.Account.Grants =
        [
            new Grant("CREATE DATABASE", "SYSADMIN"), new Grant("CREATE WAREHOUSE", "SYSADMIN"), new Grant("MANAGE GRANTS", "SECURITYADMIN"),
            new Grant("CREATE NETWORK POLICY", "SECURITYADMIN"), new Grant("CREATE ROLE", "USERADMIN"), new Grant("CREATE USER", "USERADMIN"),
        ];
        var admin = new UserObject(ObjectName.Of(Options.User.ToUpperInvariant()), 0, "ACCOUNTADMIN", at) { Roles = ["ACCOUNTADMIN"] };
        admin.Properties.Set("DEFAULT_ROLE", new PropertyValue("ACCOUNTADMIN", null, null));
        if (Options.Password is not null)
            admin.Properties.Set("PASSWORD", new PropertyValue(Options.Password, null, null));
        var pem = Options.PublicKey ?? (Options.PublicKeyFile is { } file ? File.ReadAllText(file) : null);
        if (pem is not null)
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            admin.Properties.Set("RSA_PUBLIC_KEY", new PropertyValue(Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo()), null, null));
        }
        Catalog.Put(admin);
    }

    private void Replay()
    {
        using var session = OpenAs("ACCOUNTADMIN");
        Replaying = true;
        try
        {
            _executor.Ddl.Replay(session);
        }
        finally
        {
            Replaying = false;
        }
        foreach (var view in Catalog.Of<ViewObject>())
            CreatePlanner.ReadTypes(session.Context, view);
    }
}
