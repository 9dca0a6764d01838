namespace CustomerTrack.Snowflake;

/// <summary>A secret from an option or from the file another option names. What it holds is never part of a message.</summary>
internal sealed class SecretSource
{
    private readonly string? _value;
    private readonly string? _file;

    /// <exception cref="SnowflakeException">Neither of the two options is set, or both are.</exception>
    public SecretSource(string what, string valueOption, string? value, string fileOption, string? file)
    {
        _value = string.IsNullOrWhiteSpace(value) ? null : value;
        _file = string.IsNullOrWhiteSpace(file) ? null : file;
        var (valueName, fileName) = ($"{SnowflakeOptions.SectionName}:{valueOption}", $"{SnowflakeOptions.SectionName}:{fileOption}");
        if (_value is null == _file is null)
        {
            throw new SnowflakeException(_value is null
                ? $"Snowflake needs {what}: set {fileName} to a file, or {valueName} to its content."
                : $"{fileName} and {valueName} are both set; set one of them.");
        }

        Name = _file is null ? valueName : $"{fileName} ('{_file}')";
    }

    /// <summary>The option it comes from, with the file where there is one.</summary>
    public string Name { get; }

    /// <exception cref="SnowflakeException">The file cannot be read, or is empty.</exception>
    public string Read()
    {
        if (_value is not null)
        {
            return _value;
        }

        string text;
        try
        {
            text = File.ReadAllText(_file!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new SnowflakeException($"{Name} cannot be read: {exception.Message}", exception);
        }

        return string.IsNullOrWhiteSpace(text) ? throw new SnowflakeException($"{Name} is empty.") : text;
    }
}
