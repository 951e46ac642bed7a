using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Storage.Files;

/// <summary>
/// The first record of each segment: whose session it is, the highest key so far, and the received identifiers that
/// await PUBREL, all of them, so that no older segment is needed for them.
/// </summary>
internal static class BeginRecord
{
    public static int Measure(string clientId, int received)
    {
        var measure = SpanWriter.ForMeasuring();
        measure.Text(clientId);
        return RecordFrame.Size + sizeof(ulong) + measure.Written + (sizeof(ushort) * (received + 1));
    }

    public static void Write(
        Span<byte> record, string clientId, ulong lastKey, IReadOnlyCollection<ushort> received, uint seed)
    {
        var writer = new SpanWriter(record[RecordFrame.Size..]);
        PublicationContent.WriteUInt64(ref writer, lastKey);
        writer.Text(clientId);
        writer.UInt16(checked((ushort)received.Count));
        foreach (var identifier in received.Order())
        {
            writer.UInt16(identifier);
        }

        RecordFrame.Write(record, RecordFrame.Begin, seed);
    }

    public static (ulong LastKey, string ClientId, IReadOnlyList<ushort> Received) Read(ReadOnlySpan<byte> payload)
    {
        var body = new BodyReader(payload);
        var lastKey = PublicationContent.ReadUInt64(ref body);
        var clientId = body.ReadText();
        var received = new ushort[body.ReadUInt16()];
        for (var i = 0; i < received.Length; i++)
        {
            received[i] = body.ReadUInt16();
        }

        return (lastKey, clientId, received);
    }
}
