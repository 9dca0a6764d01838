namespace CustomerTrack.Tests;

/// <summary>How a call to a store fails.</summary>
public enum Fault
{
    None,

    /// <summary>Nothing was written.</summary>
    Before,

    /// <summary>It was written, and the caller does not get to know.</summary>
    After,
}
