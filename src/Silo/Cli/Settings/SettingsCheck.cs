using System.Collections;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace CustomerTrack.Cli.Settings;

/// <summary>
/// Holds what is configured against what can be: a name nobody reads is a typing error, and a value is refused here with
/// its name and what is allowed, before anything starts.
/// </summary>
internal static class SettingsCheck
{
    // A rule that says in words what it allows.
    private const string Said = "allowed: ";

    /// <exception cref="UsageException">Something is wrong; all of it is listed.</exception>
    public static void Check(IConfiguration configuration, IReadOnlyList<OptionsSection> sections)
    {
        var problems = new List<string>();
        var known = new List<string>();
        foreach (var section in sections)
        {
            Collect(section.Name, section.Options, known);
        }

        Walk(configuration.GetSection(ConfigurationSources.Section), sections, known, problems);
        if (problems.Count > 0)
        {
            throw new UsageException(string.Join(Environment.NewLine, problems));
        }
    }

    private static void Walk(IConfigurationSection at, IReadOnlyList<OptionsSection> sections, List<string> known, List<string> problems)
    {
        foreach (var child in at.GetChildren())
        {
            if (sections.FirstOrDefault(section => Same(section.Name, child.Path)) is { } section)
            {
                CheckOptions(child, section.Options, known, problems);
            }
            else if (sections.Any(section => section.Name.StartsWith(child.Path + ":", StringComparison.OrdinalIgnoreCase)) && child.Value is null)
            {
                Walk(child, sections, known, problems);
            }
            else
            {
                ReportUnknown(child, known, problems);
            }
        }
    }

    private static void CheckOptions(IConfigurationSection at, Type options, List<string> known, List<string> problems)
    {
        if (at.Value is { Length: > 0 })
        {
            problems.Add($"{at.Path} is '{at.Value}'; allowed: a section with {string.Join(", ", Settable(options).Select(property => property.Name))}.");
        }

        foreach (var child in at.GetChildren())
        {
            if (Settable(options).FirstOrDefault(property => Same(property.Name, child.Key)) is not { } property)
            {
                ReportUnknown(child, known, problems);
            }
            else if (NamedOptions(property.PropertyType) is { } named)
            {
                foreach (var entry in child.GetChildren())
                {
                    CheckOptions(entry, named, known, problems);
                }
            }
            else if (IsCollection(property.PropertyType))
            {
                // Its children are the user's own names or numbers.
            }
            else if (IsLeaf(property.PropertyType))
            {
                CheckValue(child, property, problems);
            }
            else
            {
                CheckOptions(child, property.PropertyType, known, problems);
            }
        }
    }

    private static void CheckValue(IConfigurationSection setting, PropertyInfo property, List<string> problems)
    {
        if (setting.Value is null)
        {
            if (setting.GetChildren().Any())
            {
                problems.Add($"{setting.Path} is a section; allowed: {Allowed(property)}.");
            }

            return;
        }

        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        object? value;
        try
        {
            value = setting.Value.Length == 0 && type != property.PropertyType ? null : Convert(setting.Value, type);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            problems.Add($"{setting.Path} is '{setting.Value}'; allowed: {Allowed(property)}.");
            return;
        }

        if (value is not null && property.GetCustomAttributes<ValidationAttribute>().Any(rule => !rule.IsValid(value)))
        {
            problems.Add($"{setting.Path} is '{setting.Value}'; allowed: {Allowed(property)}.");
        }
    }

    private static object? Convert(string text, Type type)
    {
        if (type.IsEnum && !Enum.GetNames(type).Contains(text, StringComparer.OrdinalIgnoreCase))
        {
            throw new FormatException();
        }

        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text);
        }
        catch (Exception e) when (e.InnerException is FormatException or OverflowException)
        {
            // Converters of numbers wrap it in a bare Exception.
            throw e.InnerException;
        }
    }

    private static string Allowed(PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type.IsEnum)
        {
            return string.Join(", ", Enum.GetNames(type));
        }

        var what = Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => "true or false",
            TypeCode.Int16 or TypeCode.Int32 or TypeCode.Int64 or TypeCode.Byte or TypeCode.UInt16 or TypeCode.UInt32 or TypeCode.UInt64 => "a whole number",
            TypeCode.Double or TypeCode.Single or TypeCode.Decimal => "a number",
            TypeCode.String => "a text",
            _ when type == typeof(TimeSpan) => "a time span (hh:mm:ss)",
            _ when type == typeof(DateTimeOffset) => "a time (2026-01-31T12:00:00Z)",
            _ when type == typeof(Uri) => "an address",
            _ => type.Name,
        };
        var rules = property.GetCustomAttributes<ValidationAttribute>().Select(rule => rule switch
        {
            { ErrorMessage: { } said } when said.StartsWith(Said, StringComparison.Ordinal) => ": " + said[Said.Length..].TrimEnd('.'),
            RangeAttribute range => string.Create(CultureInfo.InvariantCulture, $" from {range.Minimum} to {range.Maximum}"),
            RegularExpressionAttribute pattern => $" matching {pattern.Pattern}",
            StringLengthAttribute length => string.Create(CultureInfo.InvariantCulture, $" of {length.MinimumLength} to {length.MaximumLength} characters"),
            MinLengthAttribute length => string.Create(CultureInfo.InvariantCulture, $" of at least {length.Length} characters"),
            AllowedValuesAttribute values => ": " + string.Join(", ", values.Values),
            RequiredAttribute => ", not empty",
            _ => "",
        });
        return what + string.Concat(rules);
    }

    private static void ReportUnknown(IConfigurationSection setting, List<string> known, List<string> problems)
    {
        if (setting.GetChildren().Any())
        {
            foreach (var child in setting.GetChildren())
            {
                ReportUnknown(child, known, problems);
            }

            return;
        }

        var closest = known.Select(name => (Name: name, Distance: EditDistance.Of(name.ToUpperInvariant(), setting.Path.ToUpperInvariant()))).OrderBy(candidate => candidate.Distance).FirstOrDefault();
        var near = closest.Name is not null && closest.Distance <= Math.Max(3, setting.Path.Length / 3);
        problems.Add($"There is no setting {setting.Path}.{(near ? $" Is {closest.Name} meant?" : "")}");
    }

    private static void Collect(string path, Type options, List<string> known)
    {
        foreach (var property in Settable(options))
        {
            var name = $"{path}:{property.Name}";
            if (NamedOptions(property.PropertyType) is { } named)
            {
                Collect($"{name}:<name>", named, known);
            }
            else if (IsLeaf(property.PropertyType) || IsCollection(property.PropertyType))
            {
                known.Add(name);
            }
            else
            {
                Collect(name, property.PropertyType, known);
            }
        }
    }

    private static IEnumerable<PropertyInfo> Settable(Type options) =>
        options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod?.IsPublic == true || IsCollection(property.PropertyType) || !IsLeaf(property.PropertyType));

    private static bool IsLeaf(Type type) => TypeDescriptor.GetConverter(Nullable.GetUnderlyingType(type) ?? type).CanConvertFrom(typeof(string));

    private static bool IsCollection(Type type) => type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable));

    /// <summary>What a dictionary from names to options has for each name; null for everything else.</summary>
    private static Type? NamedOptions(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Dictionary<,>) && type.GetGenericArguments() is [var key, var value] && key == typeof(string) && !IsLeaf(value) && !IsCollection(value)
            ? value
            : null;

    private static bool Same(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);
}
