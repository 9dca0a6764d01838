using System.Text.Json;

namespace CustomerTrack.Snowflake;

/// <summary>What stands in the bucket beside the objects, so that a restart need not list years: everything written before the day is in the tables.</summary>
/// <param name="Witness">An object that was merged then: where the ledger does not know it, the tables are others than the note speaks of.</param>
internal sealed record DeliveryCheckpoint(DateOnly CompleteThrough, string Witness)
{
    /// <summary>Reads a note; null for a text that is none, which only means that more is listed.</summary>
    public static DeliveryCheckpoint? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<DeliveryCheckpoint>(text) is { Witness: not null } note ? note : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public string Write() => JsonSerializer.Serialize(this);
}
