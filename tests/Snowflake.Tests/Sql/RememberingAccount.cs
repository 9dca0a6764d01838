namespace CustomerTrack.Snowflake.Tests;

/// <summary>An account that knows which objects were made, and refuses a statement when it is told to.</summary>
internal sealed class RememberingAccount
{
    private readonly Dictionary<string, string> _made = new(StringComparer.Ordinal);

    /// <summary>Every statement with the role it ran as, those that only look left out.</summary>
    public List<(string Role, string Statement)> Ran { get; } = [];

    /// <summary>What is answered to a statement instead.</summary>
    public Dictionary<string, SnowflakeRows> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>A statement that begins so is refused.</summary>
    public string? Refused { get; set; }

    /// <summary>Called before a statement runs.</summary>
    public Action<string>? Before { get; set; }

    public int Open { get; private set; }

    public ISnowflakeSql Connect(SnowflakeSession session)
    {
        Open++;
        return new Connection(this, session.Role ?? "");
    }

    public static SnowflakeRows Rows(string[] columns, params string?[][] rows) => new() { Columns = [.. columns.Select(name => new SnowflakeColumn(name, "text"))], Rows = rows };

    private SnowflakeRows Answer(string role, string statement)
    {
        if (Answers.TryGetValue(statement, out var answer))
        {
            return answer;
        }

        if (statement.StartsWith("SHOW ", StringComparison.Ordinal))
        {
            return Rows(["name"]);
        }

        if (statement.StartsWith("DESC ", StringComparison.Ordinal))
        {
            return _made.TryGetValue(statement.Split(' ')[2], out var made)
                ? Described(made)
                : throw new SnowflakeException("Object does not exist or not authorized.") { Code = 2003, SqlState = "02000" };
        }

        if (Refused is { } refused && statement.StartsWith(refused, StringComparison.Ordinal))
        {
            throw new SnowflakeException("Insufficient privileges to operate on it.") { Code = 3001, SqlState = "42501", QueryId = "q-1" };
        }

        Ran.Add((role, statement));
        var subject = StatementSubject.Of(statement);
        var isNew = subject.Verb != "CREATE" || subject.IsReplacing || _made.TryAdd(subject.Name, statement);
        return Rows(["status"], [isNew ? "Statement executed successfully." : $"{subject.Name} already exists, statement succeeded."]);
    }

    private static SnowflakeRows Described(string made) => made.Contains(" TABLE ", StringComparison.Ordinal)
        ? Rows(["name", "type", "kind", "null?"], [.. made.Split('\n').Where(line => line.StartsWith("    ", StringComparison.Ordinal)).Select(Column)])
        : Rows(["property", "property_type", "property_value", "property_default"], ["STORAGE_AWS_ROLE_ARN", "String", "arn:aws:iam::001234567890:role/customertrack-lake", ""], ["STORAGE_ALLOWED_LOCATIONS", "List", "s3://my-bucket/lake/", "[]"]);

    // "    name TYPE NOT NULL," as DESC TABLE has it.
    private static string?[] Column(string line)
    {
        var words = line.Trim().TrimEnd(',').Split(' ', 3);
        return [SnowflakeNames.InCatalog(words[0]).Trim('"'), words[1] == "VARCHAR" ? "VARCHAR(16777216)" : words[1], "COLUMN", words.Length == 3 ? "N" : "Y"];
    }

    private sealed class Connection(RememberingAccount account, string role) : ISnowflakeSql
    {
        public Task<SnowflakeRows> QueryAsync(string statement, IReadOnlyList<string> binds, CancellationToken cancellationToken = default)
        {
            Assert.Empty(binds);
            account.Before?.Invoke(statement);
            cancellationToken.ThrowIfCancellationRequested();
            return Task.FromResult(account.Answer(role, statement));
        }

        public Task ExecuteAsync(IReadOnlyList<string> statements, CancellationToken cancellationToken = default) => throw new NotSupportedException("Statements are run one by one, so that a failure has a number.");

        public ValueTask DisposeAsync()
        {
            account.Open--;
            return ValueTask.CompletedTask;
        }
    }
}
