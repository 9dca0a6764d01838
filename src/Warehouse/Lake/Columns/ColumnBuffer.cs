using CustomerTrack.Records;
using ParquetSharp;
using ParquetSharp.Schema;

namespace CustomerTrack.Lake.Columns;

/// <summary>One column of an object in the making: values side by side, so that a row costs no allocation. Reused.</summary>
internal abstract class ColumnBuffer(string name, bool nullable)
{
    private short[] _defined = [];
    private int _rows;

    public string Name { get; } = name;

    /// <summary>The definition levels: 1 for a value, 0 for a null.</summary>
    protected ReadOnlySpan<short> Defined => _defined.AsSpan(0, _rows);

    protected int Rows => _rows;

    protected bool Nullable { get; } = nullable;

    protected Repetition Repetition => Nullable ? Repetition.Optional : Repetition.Required;

    /// <summary>Empties the column and makes room for <paramref name="rows"/>.</summary>
    public virtual void Begin(int rows)
    {
        _rows = 0;
        if (Nullable && _defined.Length < rows)
        {
            _defined = new short[rows];
        }
    }

    public void AppendNull()
    {
        if (!Nullable)
        {
            throw new InvalidOperationException($"Column '{Name}' cannot be null.");
        }

        _defined[_rows++] = 0;
    }

    /// <summary>Appends the value <paramref name="reader"/> stands on.</summary>
    public abstract void Append(ref ContentReader reader);

    /// <summary>Appends a key part, given as canonical text.</summary>
    /// <exception cref="FormatException">The text is not of the column's type.</exception>
    public abstract void AppendCanonical(ReadOnlySpan<char> text);

    public abstract Node CreateNode();

    public abstract void Write(RowGroupWriter rows);

    /// <summary>Notes that a value was appended.</summary>
    protected void Appended()
    {
        if (Nullable)
        {
            _defined[_rows] = 1;
        }

        _rows++;
    }

    protected void Write<T>(RowGroupWriter rows, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        using var column = (ColumnWriter<T>)rows.NextColumn();
        if (Nullable)
        {
            column.WriteBatch(_rows, Defined, default, values);
        }
        else
        {
            column.WriteBatch(values);
        }
    }

    // The text itself may be personal.
    protected FormatException NotCanonical() => new($"A value of key column '{Name}' is not of the column's type.");
}
