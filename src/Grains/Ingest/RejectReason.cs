namespace CustomerTrack.Ingest;

/// <summary>Why records and files are rejected. The codes are public: they name quarantine entries and metrics.</summary>
public static class RejectReason
{
    public const string NullKey = "null_key";
    public const string BadKey = "bad_key";
    public const string BadSequence = "bad_sequence";
    public const string FutureSequence = "future_sequence";
    public const string BadOrdinal = "bad_ordinal";
    public const string BadOperation = "bad_operation";
    public const string OperationNotSupported = "operation_not_supported";
    public const string BadValue = "bad_value";
    public const string UnknownColumn = "unknown_column";
    public const string RaggedRow = "ragged_row";
    public const string BadQuote = "bad_quote";
    public const string UnterminatedQuote = "unterminated_quote";
    public const string BadUtf8 = "bad_utf8";
    public const string BadJson = "bad_json";
    public const string RecordTooLong = "record_too_long";

    /// <summary>Decided by the customer, when the record meets what is known already.</summary>
    public const string TooLate = "too_late";

    public const string CorruptGzip = "corrupt_gzip";
    public const string UnknownFormat = "unknown_format";
    public const string MissingHeader = "missing_header";
    public const string BadHeader = "bad_header";
    public const string MissingKeyColumn = "missing_key_column";
    public const string MissingSequenceColumn = "missing_sequence_column";
    public const string BadFileName = "bad_file_name";
}
