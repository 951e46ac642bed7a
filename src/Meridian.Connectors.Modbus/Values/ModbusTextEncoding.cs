using System.Text;

namespace Meridian.Connectors.Modbus.Values;

/// <summary>How text is written in bytes.</summary>
public enum ModbusTextEncoding
{
    /// <summary>UTF-8, and with it ASCII.</summary>
    Utf8,

    /// <summary>Latin-1 (ISO 8859-1), one byte a character.</summary>
    Latin1,
}

/// <summary>The encodings themselves.</summary>
internal static class ModbusTextEncodings
{
    private static readonly UTF8Encoding StrictUtf8 =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly Encoding StrictLatin1 = Encoding.GetEncoding(
        "iso-8859-1", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);

    /// <summary>An encoding that throws at what it cannot say.</summary>
    public static Encoding Strict(this ModbusTextEncoding encoding) =>
        encoding == ModbusTextEncoding.Utf8 ? StrictUtf8 : StrictLatin1;
}
