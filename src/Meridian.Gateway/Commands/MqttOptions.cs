using System.CommandLine;
using System.Text;
using Meridian.Mqtt;

namespace Meridian.Gateway.Commands;

/// <summary>The options that <c>mqtt pub</c> and <c>mqtt sub</c> share: where the broker is and who asks.</summary>
internal sealed class MqttOptions
{
    private readonly Option<string> _clientId = new("--client-id", "-i")
    {
        Description = "The client identifier; random when absent.",
        HelpName = "ID",
        DefaultValueFactory = _ => string.Empty,
    };

    private readonly Option<string> _host = new("--host", "-H")
    {
        Description = "The broker's host.",
        HelpName = "HOST",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    private readonly Option<int> _keepAlive = new("--keep-alive", "-k")
    {
        Description = "Keep-alive in seconds.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 15,
    };

    private readonly Option<string?> _password = new("--password", "-P")
    {
        Description = "The password. Others on this machine can see it; the variable MERIDIAN_MQTT_PASSWORD hides it.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("MERIDIAN_MQTT_PASSWORD"),
    };

    private readonly Option<int> _port = new("--port", "-p")
    {
        Description = "The broker's port.",
        HelpName = "PORT",
        DefaultValueFactory = _ => 1883,
    };

    private readonly Option<string?> _user = new("--user", "-u") { Description = "The user name.", HelpName = "NAME" };

    /// <summary>The quality of service, 0, 1 or 2.</summary>
    public Option<int> Qos { get; } = CreateQos();

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_host, _port, _user, _password, _clientId, _keepAlive, Qos])
        {
            command.Options.Add(option);
        }
    }

    public MqttQos QosOf(ParseResult parsed) => (MqttQos)parsed.GetValue(Qos);

    public MqttClientOptions ClientOptions(ParseResult parsed) => new()
    {
        Server = MqttServer.Tcp(parsed.GetRequiredValue(_host), parsed.GetValue(_port)),
        ClientId = parsed.GetRequiredValue(_clientId),
        UserName = parsed.GetValue(_user),
        Password = Encoding.UTF8.GetBytes(parsed.GetValue(_password) ?? string.Empty),
        KeepAlive = TimeSpan.FromSeconds(parsed.GetValue(_keepAlive)),
    };

    private static Option<int> CreateQos()
    {
        var qos = new Option<int>("--qos", "-q")
        {
            Description = "Quality of service: 0 at most once, 1 at least once, 2 exactly once.",
            HelpName = "0|1|2",
        };
        qos.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && result.Tokens[0].Value is not ("0" or "1" or "2"))
            {
                result.AddError($"--qos is '{result.Tokens[0].Value}'; it must be 0, 1 or 2.");
            }
        });
        return qos;
    }
}
