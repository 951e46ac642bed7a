using System.Globalization;
using System.Runtime.InteropServices;
using Meridian.Connectors.Modbus.Protocol;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Modbus.Querying;

/// <summary>Why a request brought nothing: a refusal, silence, or bytes that are no answer.</summary>
/// <param name="Code">The device's refusal; none for silence and bytes that are no answer.</param>
/// <param name="Garble">What is wrong with the bytes; null for the others.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RequestOutcome(ModbusExceptionCode Code, string? Garble)
{
    /// <summary>The unit did not answer in time.</summary>
    public static RequestOutcome Silence => default;

    /// <summary>The quality of the items.</summary>
    public Quality Quality => Code != ModbusExceptionCode.None ? ModbusFaults.QualityOf(Code)
        : Garble is null ? ModbusFaults.BadTimeout
        : ModbusFaults.BadCommunication;

    /// <summary>The same in words, a whole sentence.</summary>
    public string Words(byte unitId, TimeSpan within) => string.Create(
        CultureInfo.InvariantCulture,
        $"Unit {unitId} {(Code != ModbusExceptionCode.None ? ModbusFaults.WordsOf(Code)
            : Garble is null ? $"does not answer within {ModbusFaults.Seconds(within)}."
            : $"sends what is no answer: {Garble}")}");
}
