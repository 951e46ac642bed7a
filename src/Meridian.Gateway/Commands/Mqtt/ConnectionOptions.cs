using System.CommandLine;
using System.Globalization;
using Meridian.Gateway.Hosting;
using Meridian.Mqtt;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Gateway.Commands.Mqtt;

/// <summary>All that <c>mqtt pub</c> and <c>mqtt sub</c> share: the broker, who asks, the session, the Will.</summary>
internal sealed class ConnectionOptions
{
    private readonly ServerOptions _server = new();
    private readonly IdentityOptions _identity = new();
    private readonly TlsOptions _tls = new();
    private readonly WillOptions _will = new();
    private readonly Option<string> _qos = OptionOf.Qos(
        "--qos", "Quality of service: 0 at most once, 1 at least once, 2 exactly once.", "-q");

    private readonly Option<bool> _debug = OptionOf.Flag(
        "--debug", "Tell on the error output what the client does, and each packet.", "-d");

    /// <summary>Also tells whether MQTT 5 is asked for.</summary>
    public SessionOptions Session { get; } = new();

    /// <summary>Adds a command's own options, then the shared ones: the help begins with what differs.</summary>
    public void AddTo(Command command, IEnumerable<Option> own)
    {
        IOptionGroup[] groups = [_server, _identity, Session, _tls, _will];
        foreach (var option in (IEnumerable<Option>)[.. own, _qos, .. groups.SelectMany(group => group.All), _debug])
        {
            command.Options.Add(option);
        }
    }

    public MqttQos QosOf(ParseResult parsed) =>
        (MqttQos)int.Parse(parsed.GetValue(_qos)!, CultureInfo.InvariantCulture); // A choice has a default.

    /// <summary>Where the client of this command writes.</summary>
    public ILoggerFactory CreateLogging(ParseResult parsed) =>
        parsed.GetValue(_debug) ? HostLogging.Create(LogLevel.Trace) : NullLoggerFactory.Instance;

    /// <summary>Reads the options; says on the error output when they are dangerous.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="problems">Takes all that is wrong, one sentence each.</param>
    public MqttClientOptions Read(ParseResult parsed, ICollection<string> problems)
    {
        var (server, user) = _server.Read(parsed, _tls.IsAsked(parsed), problems);
        var isTls = server.Transport is MqttTransport.Tls or MqttTransport.SecureWebSocket;
        var headers = _server.ReadHeaders(parsed, problems);
        if (_tls.IsAsked(parsed) && !isTls)
        {
            problems.Add("An option for TLS is given, but --server speaks none; use mqtts:// or wss://.");
        }

        if (Session.IsSessionKept(parsed) && !_identity.HasClientId(parsed))
        {
            problems.Add("--keep-session needs --client-id ID: nobody finds the session again without it.");
        }

        Session.DemandVersion5(parsed, _will.OfVersion5, problems);
        var options = new MqttClientOptions
        {
            Server = server,
            Proxy = _server.ReadProxy(parsed, problems),
            LocalAddress = _server.ReadLocalAddress(parsed, problems),
            Tls = isTls ? _tls.Read(parsed, problems) : null,
            WebSocketHeaders = headers is null
                ? null
                : _ => ValueTask.FromResult<IReadOnlyDictionary<string, string>>(headers),
            Will = _will.Read(parsed, problems),
        };
        options = Session.Read(parsed, _identity.Read(parsed, user, options, problems), problems);
        if (!options.Password.IsEmpty && options.UserName is null && !Session.IsVersion5(parsed))
        {
            problems.Add("A password needs a user name before MQTT 5; add --user NAME.");
        }

        if (_tls.IsDangerous(parsed))
        {
            Console.Error.WriteLine(
                "DANGER: any certificate is accepted; whoever answers can read and change all, the password too.");
        }

        return options;
    }
}
