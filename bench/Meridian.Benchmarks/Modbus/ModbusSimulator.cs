using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Meridian.Connectors.Modbus.Protocol;

namespace Meridian.Benchmarks.Modbus;

/// <summary>
/// A device that costs as little as it can, in a process of its own: one thread, one connection after the other, every
/// read of registers answered from the same memory. It says the port that it listens on.
/// </summary>
internal static class ModbusSimulator
{
    private const int RequestBytes = 12;

    /// <summary>Serves until its process is ended.</summary>
    public static void Run()
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Console.WriteLine(((IPEndPoint)listener.LocalEndPoint!).Port); // Bound above.
        var memory = new byte[2 * ModbusLimits.AddressCount];
        for (var i = 0; i < ModbusLimits.AddressCount; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(memory.AsSpan(2 * i), (ushort)i);
        }

        while (true)
        {
            using var client = listener.Accept();
            client.NoDelay = true;
            Serve(client, memory);
        }
    }

    private static void Serve(Socket client, byte[] memory)
    {
        var (received, answers) = (new byte[64 * RequestBytes], new byte[64 * ModbusLimits.MaxAduBytes]);
        var count = 0;
        while (client.Receive(received, count, received.Length - count, SocketFlags.None) is > 0 and var more)
        {
            count += more;
            var (start, length) = (0, 0);
            while (Adu.TryRead(ModbusFraming.Tcp, received.AsSpan(start, count - start), out var frame))
            {
                var request = RequestPdu.Read(frame.UnitId, received.AsMemory(start + frame.PduOffset, frame.PduBytes));
                var answer = answers.AsSpan(length);
                var pduBytes = ResponsePdu.WriteData(
                    request.Function, memory.AsSpan(2 * request.Address, 2 * request.Count), answer[7..]);
                length += Adu.Complete(ModbusFraming.Tcp, answer, frame.TransactionId, frame.UnitId, pduBytes);
                start += frame.TotalBytes;
            }

            received.AsSpan(start, count - start).CopyTo(received);
            count -= start;
            for (var sent = 0; sent < length;)
            {
                sent += client.Send(answers, sent, length - sent, SocketFlags.None);
            }
        }
    }
}
