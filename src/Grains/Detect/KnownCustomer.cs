namespace CustomerTrack.Detect;

/// <summary>A customer that has a grain.</summary>
internal sealed class KnownCustomer(ICustomerGrain grain)
{
    /// <summary>The state has to be handed over with the next call.</summary>
    public const long NotLoaded = -1;

    public ICustomerGrain Grain { get; } = grain;

    /// <summary>The version of the durable state; the customer holds it in memory unless it was collected meanwhile.</summary>
    public long Version { get; set; } = NotLoaded;

    /// <summary>The number of the state that was handed over last: what the customer holds must have come from it.</summary>
    public long Handover { get; set; }

    public DateTimeOffset LastTouched { get; set; }
}
