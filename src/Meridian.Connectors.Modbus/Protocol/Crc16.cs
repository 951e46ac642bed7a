namespace Meridian.Connectors.Modbus.Protocol;

/// <summary>
/// The checksum of RTU frames (Modbus over Serial Line V1.02 §6.2.2): polynomial A001, reflected, beginning with FFFF;
/// sent low byte first.
/// </summary>
internal static class Crc16
{
    private static readonly ushort[] Table = Make();

    /// <summary>The checksum of some bytes.</summary>
    public static ushort Of(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFF;
        foreach (var value in bytes)
        {
            crc = (crc >> 8) ^ Table[(crc ^ value) & 0xFF];
        }

        return (ushort)crc;
    }

    private static ushort[] Make()
    {
        var table = new ushort[256];
        for (var i = 0; i < table.Length; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xA001;
            }

            table[i] = (ushort)crc;
        }

        return table;
    }
}
