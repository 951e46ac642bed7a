using System.Globalization;
using Npgsql;

namespace Meridian.Connectors.Postgres;

/// <summary>The ways to authenticate that a server asks for, by what the driver says of those it does not do.</summary>
internal static class AuthenticationMethod
{
    private const string NotSupported = "Authentication method not supported (Received: ";

    /// <summary>Finds the method that was asked for and cannot be used.</summary>
    /// <param name="exception">What the driver threw. Only its words tell.</param>
    /// <returns>The method's name; null when it is of something else, or of no method that PostgreSQL knows.</returns>
    public static string? FindUnspoken(Exception exception) => exception switch
    {
        NotSupportedException { Message: var said } when said.StartsWith(NotSupported, StringComparison.Ordinal) =>
            NameOf(said[NotSupported.Length..].TrimEnd(')')),
        NpgsqlException { Message: var said } when said.Contains("authenticate with GSS", StringComparison.Ordinal) =>
            "GSSAPI or SSPI (Kerberos)",
        NpgsqlException { Message: var said } when said.Contains("SASL mechanism", StringComparison.Ordinal) =>
            $"another way of SASL than SCRAM ({said.TrimEnd('.')})",
        _ => null,
    };

    /// <summary>PostgreSQL's manual, Message Formats, Authentication….</summary>
    private static string? NameOf(string code) => int.TryParse(code, CultureInfo.InvariantCulture, out var number)
        ? number switch
        {
            2 => "Kerberos 5",
            4 => "crypt",
            6 => "SCM credentials",
            7 or 8 or 9 => "GSSAPI or SSPI (Kerberos)",
            _ => null,
        }
        : null;
}
