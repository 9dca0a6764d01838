using System.Text.Json;

namespace CustomerTrack.Snowflake;

/// <summary>What stands in the bucket beside the objects, so that a restart need not list years: everything written before the day is in the tables.</summary>
internal sealed record DeliveryCheckpoint(DateOnly CompleteThrough)
{
    /// <exception cref="InvalidDataException">The text is not a checkpoint.</exception>
    public static DeliveryCheckpoint Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<DeliveryCheckpoint>(text) ?? throw new InvalidDataException("A delivery checkpoint says null.");
        }
        catch (JsonException wrong)
        {
            throw new InvalidDataException($"A delivery checkpoint cannot be read: {wrong.Message} Delete it, and the whole lake is compared again.", wrong);
        }
    }

    public string Write() => JsonSerializer.Serialize(this);
}
