using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt;

/// <content>What only MQTT 5.0 has, and how the client adapts to what a server answers.</content>
public sealed partial record MqttClientOptions
{
    /// <summary>
    /// True: a server that does not speak <see cref="Version"/> is asked again with the next older one, 5.0 → 3.1.1 →
    /// 3.1; so is one that closes the connection without an answer to CONNECT, as RabbitMQ and NATS do. Not with an
    /// <see cref="Authenticator"/>, whose protection the older ones do not have.
    /// </summary>
    /// <value>False by default.</value>
    public bool AllowOlderVersion { get; init; }

    /// <summary>Gives user name and password anew for each try, so that they may expire; or null for <see
    /// cref="UserName"/> and <see cref="Password"/>. Called within <see cref="ConnectTimeout"/>; what it throws ends
    /// the try, and the next one asks again.</summary>
    public Func<CancellationToken, ValueTask<MqttCredentials>>? Credentials { get; init; }

    /// <summary>Proves to the server who the client is in more than one step (enhanced authentication), or null. MQTT
    /// 5.0 only.</summary>
    public IMqttAuthenticator? Authenticator { get; init; }

    /// <summary>
    /// True: a server that answers "use another server" (0x9C) or "server moved" (0x9D) and names one is left for that
    /// one, over the same kind of transport. One step per connection; the move for good is remembered by this client.
    /// Credentials go there too: follow only servers that you trust to name others.
    /// </summary>
    /// <value>False by default.</value>
    public bool FollowServerReference { get; init; }

    /// <summary>True: with an empty <see cref="ClientId"/> the server draws one, and the client keeps it. False: the
    /// client draws it. MQTT 5.0 only.</summary>
    /// <value>False by default.</value>
    public bool LetServerAssignClientId { get; init; }

    /// <summary>How long the server keeps the session after the connection, in whole seconds; 4,294,967,295 s mean for
    /// ever. MQTT 5.0 only.</summary>
    /// <value>Null by default: zero with <see cref="CleanSession"/>, for ever without.</value>
    public TimeSpan? SessionExpiry { get; init; }

    /// <summary>How many Topic Aliases the server may use towards the client, 0 to 65,535. MQTT 5.0 only.</summary>
    /// <value>16 by default: enough for a stream of few topics, and a hostile server can make the client keep 16 topics
    /// of 64 KiB, 1 MiB, at most.</value>
    public int TopicAliasMaximum { get; init; } = 16;

    /// <summary>True: the client gives often used topics an alias where the server takes some, and sends two bytes in
    /// place of the topic. MQTT 5.0 only.</summary>
    /// <value>True by default.</value>
    public bool UseTopicAliases { get; init; } = true;

    /// <summary>Whether the server should say what to build response topics from, see <see
    /// cref="MqttConnectResult.ResponseInformation"/>. MQTT 5.0 only.</summary>
    /// <value>False by default.</value>
    public bool RequestResponseInformation { get; init; }

    /// <summary>Whether the server may add words and User Properties to all its answers. MQTT 5.0 only.</summary>
    /// <value>True by default.</value>
    public bool RequestProblemInformation { get; init; } = true;

    /// <summary>What to tell the server beside CONNECT. MQTT 5.0 only.</summary>
    /// <value>Empty by default.</value>
    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];

    /// <summary>True: a publication carries its trace in the User Properties <c>traceparent</c> and
    /// <c>tracestate</c> while somebody listens to the activity source <c>Meridian.Mqtt</c>; the receiver reads them
    /// with <see cref="MqttTraceContext"/>. MQTT 5.0 only.</summary>
    /// <value>False by default.</value>
    public bool SendTraceContext { get; init; }

    /// <summary>What CONNECT asks for; the largest value is for ever.</summary>
    internal uint SessionExpirySeconds => SessionExpiry is { } expiry
        ? WireTime.ToSeconds(expiry)
        : CleanSession ? 0 : uint.MaxValue;

    private void CheckVersion5(List<string> problems)
    {
        Check(
            problems,
            Authenticator is null || Version == MqttProtocolVersion.V50,
            "Authenticator needs Version V50.");
        Check(
            problems,
            Authenticator is null || !AllowOlderVersion,
            "AllowOlderVersion would give up what Authenticator protects; leave one of them out.");
        Check(
            problems,
            Credentials is null || (UserName is null && Password.IsEmpty),
            "Credentials are set beside UserName or Password; leave one of them out.");
        Check(
            problems,
            SessionExpiry is not { } expiry || (expiry >= TimeSpan.Zero && expiry <= WireTime.Max),
            $"SessionExpiry {SessionExpiry} is not between 0 and 4294967295 s.");
        Check(
            problems,
            TopicAliasMaximum is >= 0 and <= 65_535,
            $"TopicAliasMaximum {TopicAliasMaximum} is not between 0 and 65535.");
        if (UserProperties is null)
        {
            problems.Add("UserProperties is null; leave it empty for none.");
        }
        else if (PropertyRules.FindProblem(UserProperties) is { } problem)
        {
            problems.Add($"UserProperties: {problem}");
        }

        if (Will is { } will)
        {
            Check(
                problems,
                will.Delay >= TimeSpan.Zero && will.Delay <= WireTime.Max,
                $"Will.Delay {will.Delay} is not between 0 and 4294967295 s.");
            if (PropertyRules.FindProblem(will.Properties) is { } willProblem)
            {
                problems.Add($"Will.Properties: {willProblem}");
            }
        }
    }
}

/// <summary>User name and password of one try to connect.</summary>
/// <param name="UserName">The user name, or null for none.</param>
/// <param name="Password">The password, at most 65,535 bytes; empty for none. Not copied.</param>
public sealed record MqttCredentials(string? UserName, ReadOnlyMemory<byte> Password)
{
    /// <summary>The user name; the password is not shown.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{nameof(MqttCredentials)} {{ UserName = {UserName}, Password = *** }}";
}
