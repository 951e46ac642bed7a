using System.Diagnostics.CodeAnalysis;

namespace Meridian.Connectors.Modbus.Protocol;

/// <summary>
/// Bytes that break the protocol: the codec's one fault. What follows them in the stream cannot be trusted.
/// </summary>
[SuppressMessage("Design", "CA1064:Exceptions should be public", Justification = "It does not leave the project.")]
internal sealed class ModbusProtocolException(string message) : Exception(message);
