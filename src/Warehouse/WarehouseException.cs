namespace CustomerTrack;

/// <summary>The warehouse could not do something. What it was doing was rolled back and may be repeated.</summary>
public sealed class WarehouseException : Exception
{
    public WarehouseException(string message)
        : base(message)
    {
    }

    public WarehouseException(string doing, Exception cause)
        : base($"The warehouse could not {doing}: {cause.Message}", cause)
    {
    }
}
