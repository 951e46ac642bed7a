namespace Meridian.Connectors.Mqtt.North.Sparkplug;

/// <summary>A message to publish, in the order of the list it is in.</summary>
/// <param name="Topic">The Topic Name.</param>
/// <param name="Payload">The payload.</param>
/// <param name="Indexes">Which readings of the batch it delivers, ascending; a birth those that it says first.</param>
/// <param name="IsBirth">Whether the data behind it rest on it.</param>
internal sealed record EdgeMessage(string Topic, byte[] Payload, int[] Indexes, bool IsBirth);
