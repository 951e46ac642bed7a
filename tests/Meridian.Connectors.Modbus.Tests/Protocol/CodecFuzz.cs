using Meridian.Connectors.Modbus.Protocol;
using Meridian.Fixtures;

namespace Meridian.Connectors.Modbus.Tests.Protocol;

/// <summary>Whatever comes, the codec reads it, waits for more, or faults in its own way.</summary>
public sealed class CodecFuzz
{
    private static readonly int Count = TestMode.Pick(full: 1_000_000, brief: 20_000);

    private static readonly ModbusFunction[] Functions =
        [.. Enum.GetValues<ModbusFunction>().Where(static one => one != ModbusFunction.None)];

    [Theory]
    [InlineData(ModbusFraming.Tcp)]
    [InlineData(ModbusFraming.RtuOverTcp)]
    public void Frame_OfAnyBytes_IsReadOrFaults(ModbusFraming framing) => Seed.Run(random =>
    {
        var (read, faults) = (0, 0);
        for (var i = 0; i < Count; i++)
        {
            var request = AnyRequest(random);
            var bytes = AnyFrame(random, framing, request);
            try
            {
                if (Adu.TryRead(framing, bytes, out var frame))
                {
                    Assert.InRange(frame.TotalBytes, frame.PduOffset + frame.PduBytes, bytes.Length);
                    var pdu = bytes.AsSpan(frame.PduOffset, frame.PduBytes);
                    _ = ResponsePdu.Read(pdu, request, out var data);
                    Assert.InRange(data.Length, 0, ModbusLimits.MaxPduBytes - 2);
                    if (request.Function == ModbusFunction.ReadDeviceIdentification && data.Length > 0)
                    {
                        _ = DeviceIdentification.ReadObjects(data, static (_, _) => { });
                    }

                    read++;
                }
            }
            catch (ModbusProtocolException)
            {
                faults++;
            }
        }

        // Both happen, or the inputs are no test.
        Assert.InRange(read, Count / 20, Count);
        Assert.InRange(faults, Count / 20, Count);
    });

    [Fact]
    public void Request_OfAnyBytes_IsReadOrFaults() => Seed.Run(random =>
    {
        var buffer = new byte[ModbusLimits.MaxPduBytes];
        var read = 0;
        for (var i = 0; i < Count; i++)
        {
            var length = RequestPdu.Write(AnyRequest(random), buffer);
            var bytes = Mutated(random, buffer[..length]);
            try
            {
                var found = RequestPdu.Read(1, bytes);
                var again = new byte[ModbusLimits.MaxPduBytes];
                Assert.Equal(bytes, again[..RequestPdu.Write(found, again)]);
                read++;
            }
            catch (ModbusProtocolException)
            {
                // As it should be.
            }
        }

        Assert.InRange(read, Count / 20, Count);
    });

    private static ModbusRequest AnyRequest(Random random)
    {
        var function = Functions[random.Next(Functions.Length)];
        var count = random.Next(1, function.MaxCount() + 1);
        var values = new byte[function.WritesOne() || function.WritesSeveral() ? function.BytesOf(count) : 0];
        if (function == ModbusFunction.WriteSingleCoil)
        {
            values = [0xFF, 0x00];
        }
        else
        {
            random.NextBytes(values);
        }

        return new ModbusRequest(
            1, function, (ushort)random.Next(ModbusLimits.AddressCount - count), (ushort)count, values);
    }

    /// <summary>A right answer, a mutated one, or noise.</summary>
    private static byte[] AnyFrame(Random random, ModbusFraming framing, in ModbusRequest request)
    {
        if (random.Next(8) == 0)
        {
            var noise = new byte[random.Next(2 * ModbusLimits.MaxAduBytes)];
            random.NextBytes(noise);
            return noise;
        }

        var buffer = new byte[ModbusLimits.MaxAduBytes + 2];
        var to = buffer.AsSpan(Adu.PduOffset(framing));
        int length;
        if (random.Next(8) == 0)
        {
            length = ResponsePdu.WriteException(request.Function, (ModbusExceptionCode)random.Next(256), to);
        }
        else if (request.Function == ModbusFunction.ReadDeviceIdentification)
        {
            var texts = Enumerable.Range(0, random.Next(4)).Select(_ => new byte[random.Next(60)]).ToArray();
            length = DeviceIdentification.WriteResponse(texts, 0, random.Next(2) == 0 ? null : (byte)2, to);
        }
        else if (request.Function.ReadsBits() || request.Function.ReadsRegisters())
        {
            var data = new byte[request.Function.BytesOf(request.Count)];
            random.NextBytes(data);
            length = ResponsePdu.WriteData(request.Function, data, to);
        }
        else
        {
            length = ResponsePdu.WriteEcho(request, to);
        }

        return Mutated(random, buffer[..Adu.Complete(framing, buffer, (ushort)random.Next(65_536), 1, length)]);
    }

    private static byte[] Mutated(Random random, byte[] bytes)
    {
        switch (random.Next(4))
        {
            case 0:
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                return bytes;
            case 1:
                return bytes[..random.Next(bytes.Length + 1)];
            case 2:
                var more = new byte[bytes.Length + random.Next(8)];
                bytes.CopyTo(more, 0);
                return more;
            default:
                return bytes;
        }
    }
}
