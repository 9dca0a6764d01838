using System.Text;
using CustomerTrack.Dimensions;
using CustomerTrack.Records;

namespace CustomerTrack.Ingest;

/// <summary>Makes a typed record of a row, or says why it is none.</summary>
internal sealed class RecordBuilder(DimensionDefinition dimension, RowInputs inputs, long file, long? fileSequence)
{
    private const int KeyPartBytes = 64;
    private const int LongestShownValue = 40;

    private readonly ContentWriter _content = new(dimension);
    private readonly ValueReader _values = new();
    private readonly byte[][] _deletes = [.. (dimension.Operation?.Delete ?? []).Select(Encoding.UTF8.GetBytes)];
    private readonly byte[][] _unsupported =
        [.. (dimension.Operation is { } known ? known.Truncate.Concat(known.Erase) : []).Select(Encoding.UTF8.GetBytes)];

    private readonly byte[][] _upserts = [.. OperationDefinition.UpsertValues.Select(Encoding.UTF8.GetBytes)];
    private byte[] _key = new byte[256];

    /// <summary>The latest sequence that is not in the future; <see cref="long.MaxValue"/> where sequences are no times.</summary>
    public long LatestSequence { get; set; } = long.MaxValue;

    /// <summary>Adds the row's record to the chunk, or returns why there is none.</summary>
    public Rejection? Add(RowSource source, long row, RecordChunk chunk)
    {
        if (dimension.UnknownColumns == UnknownColumns.Reject && source.UnknownColumn is { } unknown)
        {
            return new(RejectReason.UnknownColumn, unknown, $"The column '{unknown}' is not in the definition of '{dimension.Name}', which rejects unknown columns.");
        }

        if (ReadOperation(source, out var kind) is { } badOperation)
        {
            return badOperation;
        }

        if (ReadKey(source, out var key) is { } badKey)
        {
            return badKey;
        }

        if (ReadSequence(source, out var sequence) is { } badSequence)
        {
            return badSequence;
        }

        if (ReadOrdinal(source, out var ordinal) is { } badOrdinal)
        {
            return badOrdinal;
        }

        if (kind == RecordKind.Upsert && ReadColumns(source) is { } badColumn)
        {
            return badColumn;
        }

        chunk.Records.Add(new()
        {
            Key = key,
            Sequence = sequence,
            Ordinal = ordinal,
            Kind = kind,
            Content = kind == RecordKind.Upsert ? chunk.Keep(_content.Finish()) : default,
            File = file,
            Row = row,
        });
        return null;
    }

    private static bool Is(ReadOnlySpan<byte> value, byte[][] list)
    {
        foreach (var one in list)
        {
            if (value.SequenceEqual(one))
            {
                return true;
            }
        }

        return false;
    }

    private Rejection? ReadOperation(RowSource source, out RecordKind kind)
    {
        kind = RecordKind.Upsert;
        if (inputs.Operation is not { } input || source.Fields[input] is not { Kind: > FieldKind.Null } field)
        {
            return null;
        }

        var value = source.Value(field);
        if (value.IsEmpty || Is(value, _upserts))
        {
            return null;
        }

        if (Is(value, _deletes))
        {
            kind = RecordKind.Delete;
            return null;
        }

        var operation = dimension.Operation!;
        return Is(value, _unsupported)
            ? new(RejectReason.OperationNotSupported, operation.Column, $"{Show(operation.Column, value)} is a truncate or an erase; this version does not apply them yet.")
            : new(
                RejectReason.BadOperation,
                operation.Column,
                $"{Show(operation.Column, value)} is no operation; expected one of {string.Join(", ", operation.Delete)} (delete), {string.Join(", ", OperationDefinition.UpsertValues)} or nothing (upsert).");
    }

    private Rejection? ReadKey(RowSource source, out string key)
    {
        key = "";
        var used = 0;
        for (var i = 0; i < inputs.Key.Length; i++)
        {
            var column = dimension.Key[i];
            ref readonly var field = ref source.Fields[inputs.Key[i]];
            var value = field.Kind > FieldKind.Null ? source.Value(field) : default;
            if (value.IsEmpty)
            {
                return new(RejectReason.NullKey, column.Name, $"The key column '{column.Name}' is {(field.Kind == FieldKind.Absent ? "missing" : "empty")}.");
            }

            if (column.Type.Kind == ColumnKind.Text && inputs.Key.Length == 1 && field.Kind != FieldKind.Structure && !value.ContainsAny((byte)'|', (byte)'\\'))
            {
                key = Encoding.UTF8.GetString(value);
                return null;
            }

            Reserve(used + 1 + Math.Max(KeyPartBytes, 2 * value.Length));
            if (i > 0)
            {
                _key[used++] = (byte)'|';
            }

            if (column.Type.Kind == ColumnKind.Text && field.Kind != FieldKind.Structure)
            {
                foreach (var next in value)
                {
                    if (next is (byte)'|' or (byte)'\\')
                    {
                        _key[used++] = (byte)'\\';
                    }

                    _key[used++] = next;
                }
            }
            else if (ValueReader.WriteKeyPart(field.Kind, value, column.Type, _key.AsSpan(used)) is >= 0 and var written)
            {
                used += written;
            }
            else
            {
                return new(RejectReason.BadKey, column.Name, Misfit(column.Name, value, ValueReader.Expected(column.Type)));
            }
        }

        key = Encoding.UTF8.GetString(_key.AsSpan(0, used));
        return null;
    }

    private void Reserve(int bytes)
    {
        if (_key.Length < bytes)
        {
            Array.Resize(ref _key, bytes * 2);
        }
    }

    private Rejection? ReadSequence(RowSource source, out long sequence)
    {
        var definition = dimension.Sequence;
        if (inputs.Sequence is not { } input)
        {
            sequence = fileSequence!.Value;
        }
        else
        {
            ref readonly var field = ref source.Fields[input];
            if (field.Kind <= FieldKind.Null)
            {
                sequence = 0;
                return new(RejectReason.BadSequence, definition.Column, $"The sequence '{definition.Column}' is {(field.Kind == FieldKind.Absent ? "missing" : "empty")}; expected {ValueReader.Expected(definition.Type)}.");
            }

            var value = source.Value(field);
            if (!ValueReader.TryReadSequence(field.Kind, value, definition.Type, out sequence))
            {
                return new(RejectReason.BadSequence, definition.Column, Misfit(definition.Column!, value, ValueReader.Expected(definition.Type)));
            }
        }

        return sequence <= LatestSequence
            ? null
            : new(
                RejectReason.FutureSequence,
                definition.Column,
                $"The sequence {SequenceText.Format(sequence, definition.Type)} is more than {dimension.MaxFutureSkew:c} ahead of the clock; the latest accepted is {SequenceText.Format(LatestSequence, definition.Type)}.");
    }

    private Rejection? ReadOrdinal(RowSource source, out long ordinal)
    {
        ordinal = Record.NoOrdinal;
        if (inputs.Ordinal is not { } input || source.Fields[input] is not { Kind: > FieldKind.Null } field)
        {
            return null;
        }

        var value = source.Value(field);
        return ValueReader.TryReadInt64(value, out ordinal)
            ? null
            : new(RejectReason.BadOrdinal, dimension.OrdinalColumn, Misfit(dimension.OrdinalColumn!, value, ValueReader.Expected(new(ColumnKind.Int64))));
    }

    private Rejection? ReadColumns(RowSource source)
    {
        _content.Begin();
        var fields = source.Fields;
        for (var column = 0; column < inputs.Data.Length; column++)
        {
            ref readonly var field = ref fields[inputs.Data[column]];
            if (field.Kind == FieldKind.Null)
            {
                _content.SetNull(column);
            }
            else if (field.Kind != FieldKind.Absent)
            {
                var definition = dimension.Columns[column];
                var value = source.Value(field);
                if (!_values.TryRead(field.Kind, value, definition.Type, _content, column))
                {
                    return new(RejectReason.BadValue, definition.Name, Misfit(definition.Name, value, ValueReader.Expected(definition.Type)));
                }
            }
        }

        return null;
    }

    private string Misfit(string column, ReadOnlySpan<byte> value, string expected) =>
        $"{Show(column, value)} found in '{column}', expected {expected}.";

    /// <summary>A value for a message: messages are shown and counted in more places than records, so personal values stay out.</summary>
    private string Show(string column, ReadOnlySpan<byte> value)
    {
        if (dimension.Pii.Contains(column))
        {
            return $"A value of {value.Length} bytes";
        }

        var text = Encoding.UTF8.GetString(value);
        return text.Length <= LongestShownValue ? $"'{text}'" : $"'{text[..LongestShownValue]}…'";
    }
}
