using System.Runtime.InteropServices;
using Meridian.Connectors.Modbus.Protocol;

namespace Meridian.Connectors.Modbus.Connection;

/// <summary>A frame that came; lent until the next is received.</summary>
/// <param name="TransactionId">The transaction that it names; 0 in RTU.</param>
/// <param name="UnitId">The unit that sent it.</param>
/// <param name="Pdu">Its PDU.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ReceivedFrame(ushort TransactionId, byte UnitId, ReadOnlyMemory<byte> Pdu)
{
    private const byte FunctionMask = 0x7F;

    /// <summary>
    /// Whether it can be the answer to a request. Over TCP the transaction says it alone, and what else it says is
    /// checked then; in RTU, where nothing does, unit and function must be right.
    /// </summary>
    public bool IsFor(ModbusFraming framing, in ModbusRequest request, ushort transactionId) =>
        framing == ModbusFraming.Tcp
            ? TransactionId == transactionId
            : UnitId == request.UnitId && (Pdu.Span[0] & FunctionMask) == (byte)request.Function;

    /// <summary>Reads it as the answer to a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="data">What a read has read; lent with the frame.</param>
    /// <returns>Why the device refuses, or none.</returns>
    /// <exception cref="ModbusProtocolException">It is no answer to that request.</exception>
    public ModbusExceptionCode Read(in ModbusRequest request, out ReadOnlySpan<byte> data) =>
        UnitId == request.UnitId
            ? ResponsePdu.Read(Pdu.Span, request, out data)
            : throw new ModbusProtocolException(
                $"An answer names unit {UnitId}; unit {request.UnitId} was asked in that transaction.");
}
