namespace CustomerTrack.Generator;

/// <summary>What is known of a person, one column each.</summary>
internal enum Trait : byte
{
    FirstName,
    LastName,
    Email,
    Street,
    City,
    State,
    Country,
}
