using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CustomerTrack.Ingest;

/// <summary>The rows of a file, one after the other, split into the fields that a dimension needs. Memory is bounded by the longest allowed record.</summary>
internal abstract class RowSource
{
    /// <summary>How much of a record that could not be split is kept where it is too long to be kept whole.</summary>
    protected const int ExcerptBytes = 1024;

    private const int MaxUnknownNames = 64;

    private readonly Dictionary<string, long> _unknown = new(StringComparer.Ordinal);

    /// <summary>The line the row starts on, from 1.</summary>
    public long Line { get; protected set; }

    /// <summary>Why the row could not be split; null where it could.</summary>
    public Rejection? Fault { get; protected set; }

    /// <summary>The fields, by the number of <see cref="RowInputs"/>.</summary>
    public abstract ReadOnlySpan<Field> Fields { get; }

    /// <summary>A column of the row that the definition does not know, or null.</summary>
    public abstract string? UnknownColumn { get; }

    /// <summary>Columns the definition does not know, with the number of rows that had them; of more than 64 the first 64.</summary>
    public IReadOnlyDictionary<string, long> UnknownColumns => _unknown;

    /// <summary>Moves to the next row, good or faulty; false at the end of the file.</summary>
    public abstract bool Read();

    public abstract ReadOnlySpan<byte> Value(in Field field);

    /// <summary>The row for the quarantine, see <see cref="RejectedRecord.RecordJson"/>.</summary>
    public abstract string ToJson();

    protected static string Quote(ReadOnlySpan<byte> raw) =>
        $"\"{JsonEncodedText.Encode(Encoding.UTF8.GetString(raw), JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    protected void CountUnknown(string name)
    {
        if (_unknown.TryGetValue(name, out var count) || _unknown.Count < MaxUnknownNames)
        {
            _unknown[name] = count + 1;
        }
    }
}
