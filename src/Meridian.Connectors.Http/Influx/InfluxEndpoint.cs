using System.Text;
using Meridian.Connectors.Http.Client;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Http.Influx;

/// <summary>Where and how a version of InfluxDB is written to. Immutable.</summary>
internal sealed class InfluxEndpoint(InfluxNorthSettings settings)
{
    private readonly string _base = settings.Url.GetLeftPart(UriPartial.Path).TrimEnd('/');

    /// <summary>What tells that a server is there and who it is.</summary>
    public Uri Ping => new($"{_base}/ping");

    /// <summary>What is written to, in words.</summary>
    public string Target => settings.Version switch
    {
        InfluxVersion.V2 => $"bucket '{settings.Bucket}'",
        _ => $"database '{settings.Database}'",
    };

    /// <summary>Where lines of a precision go.</summary>
    public Uri WriteOf(InfluxPrecision precision)
    {
        var url = new StringBuilder(_base);
        switch (settings.Version)
        {
            case InfluxVersion.V1:
                url.Append("/write?precision=").Append(precision switch
                {
                    InfluxPrecision.Us => "u",
                    _ => WordOf(precision),
                });
                Add(url, "db", settings.Database);
                Add(url, "rp", settings.RetentionPolicy);
                break;
            case InfluxVersion.V2:
                url.Append("/api/v2/write?precision=").Append(WordOf(precision));
                Add(url, "org", settings.Org);
                Add(url, "bucket", settings.Bucket);
                break;
            default:
                url.Append("/api/v3/write_lp?precision=").Append(precision switch
                {
                    InfluxPrecision.Ns => "nanosecond",
                    InfluxPrecision.Us => "microsecond",
                    InfluxPrecision.Ms => "millisecond",
                    _ => "second",
                });
                Add(url, "db", settings.Database);
                break;
        }

        return new Uri(url.ToString());
    }

    /// <summary>The credentials of the version.</summary>
    public static IHttpCredentials CredentialsOf(InfluxNorthSettings settings) => settings.Version switch
    {
        InfluxVersion.V1 when settings.UserName is { } userName => FixedCredentials.Basic(userName, settings.Password),
        InfluxVersion.V2 when settings.Token is { } token => FixedCredentials.Token("Token", token),
        InfluxVersion.V3 when settings.Token is { } token => FixedCredentials.Token("Bearer", token),
        _ => FixedCredentials.None,
    };

    /// <summary>Problems that only code can tell.</summary>
    public static IEnumerable<SettingsProblem> Find(InfluxNorthSettings settings)
    {
        if (settings.Url.Query.Length > 0)
        {
            yield return new SettingsProblem(
                "settings.url", "The query is made of the settings; leave out what follows the question mark.");
        }

        if (settings.Password is not null && settings.UserName is null)
        {
            yield return new SettingsProblem("settings.password", "A password needs a user name.");
        }

        if (settings.Token is { } token && !HttpHeaders.IsValue(token.Reveal()))
        {
            yield return new SettingsProblem(
                "settings.token",
                "It has a line end or other characters that no header can carry; a file may end with a line end.");
        }
    }

    private static string WordOf(InfluxPrecision precision) => precision switch
    {
        InfluxPrecision.Ns => "ns",
        InfluxPrecision.Us => "us",
        InfluxPrecision.Ms => "ms",
        _ => "s",
    };

    private static void Add(StringBuilder url, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            url.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }
    }
}
