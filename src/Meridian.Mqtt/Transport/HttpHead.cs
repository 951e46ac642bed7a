using System.Globalization;
using System.Text;

namespace Meridian.Mqtt.Transport;

/// <summary>The status line and header fields of an HTTP/1.1 answer, and nothing behind them.</summary>
internal sealed class HttpHead
{
    // What common servers allow; a head that is longer is an attack or no HTTP.
    private const int MaxBytes = 16 * 1024;

    private readonly List<KeyValuePair<string, string>> _fields = [];
    private readonly string _reason;

    private HttpHead(int status, string reason) => (Status, _reason) = (status, reason);

    public int Status { get; }

    /// <summary>The host and port as a request names them.</summary>
    public static string AuthorityOf(MqttServer server, int? impliedPort = null)
    {
        var host = server.Host.Contains(':', StringComparison.Ordinal) ? $"[{server.Host}]" : server.Host;
        return server.Port == impliedPort ? host : $"{host}:{server.Port.ToString(CultureInfo.InvariantCulture)}";
    }

    /// <summary>
    /// Reads up to the empty line and not a byte further: what follows belongs to the layer above. Byte by byte,
    /// which a connect can afford.
    /// </summary>
    /// <exception cref="IOException">The stream ended, or it is not HTTP.</exception>
    public static async Task<HttpHead> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var bytes = new List<byte>(256);
        var one = new byte[1];
        while (!EndsHead(bytes))
        {
            await stream.ReadExactlyAsync(one, cancellationToken).ConfigureAwait(false);
            bytes.Add(one[0]);
            if (bytes.Count > MaxBytes)
            {
                throw new IOException($"the head of the answer is longer than {MaxBytes} bytes");
            }

            if (bytes.Count <= 5 && one[0] != "HTTP/"u8[bytes.Count - 1])
            {
                throw new IOException("the answer is not HTTP");
            }
        }

        return Parse(Encoding.Latin1.GetString([.. bytes]));
    }

    /// <summary>The value of a field, several joined by a comma; null when it is absent.</summary>
    public string? Find(string name)
    {
        var values = _fields
            .Where(field => string.Equals(field.Key, name, StringComparison.OrdinalIgnoreCase))
            .Select(field => field.Value)
            .ToArray();
        return values.Length == 0 ? null : string.Join(',', values);
    }

    public override string ToString() =>
        $"HTTP {Status.ToString(CultureInfo.InvariantCulture)} {_reason}".TrimEnd();

    private static bool EndsHead(List<byte> bytes) =>
        bytes.Count >= 4 && bytes[^1] == '\n' && bytes[^2] == '\r' && bytes[^3] == '\n' && bytes[^4] == '\r';

    private static HttpHead Parse(string text)
    {
        var lines = text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var words = lines[0].Split(' ', 3);
        if (words.Length < 2
            || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var status))
        {
            throw new IOException("the answer has no HTTP status");
        }

        var head = new HttpHead(status, words.Length > 2 ? words[2] : "");
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                head._fields.Add(new(line[..colon].Trim(), line[(colon + 1)..].Trim()));
            }
        }

        return head;
    }
}
