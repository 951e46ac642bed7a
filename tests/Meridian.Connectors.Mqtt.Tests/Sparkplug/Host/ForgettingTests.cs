using Meridian.Connectors.Mqtt.South.Sparkplug;
using Meridian.Formats.Sparkplug;

namespace Meridian.Connectors.Mqtt.Tests.Sparkplug.Host;

/// <summary>Edge nodes beyond what is remembered, which come and go.</summary>
public sealed class ForgettingTests
{
    private readonly Dictionary<string, byte[]> _disk = new(StringComparer.Ordinal);
    private readonly HostOutput _output = new();
    private readonly SparkplugNames _names =
        SparkplugNames.TryCompile("i", SparkplugNames.Default, out var names, out _)
            ? names
            : throw new InvalidOperationException("The template is the default.");

    [Fact]
    public void Nodes_ForgottenAndHeardAgainForYears_DoNotKeepWhatIsStoredOfAnotherFromBeingUsed()
    {
        Take(NewHost(), "d", SparkplugMessageType.NodeBirth, 0, Metric("m"));
        Store();
        var host = NewHost();

        for (var round = 0; round < 20; round++)
        {
            foreach (var node in (string[])["a", "b", "c"])
            {
                Take(host, node, SparkplugMessageType.NodeBirth, 0, Metric("m"));
                Assert.InRange(host.ForgottenCount, 0, 1);
            }
        }

        Take(host, "d", SparkplugMessageType.NodeData, 1, Metric(name: null));
        Assert.Equal("g/d/m", Assert.Single(_output.Readings).Point);
        Assert.Null(_output.Problem);
    }

    [Fact]
    public void Node_ForgottenAndHeardAgain_IsNotReadByWhatWasStoredBefore()
    {
        Take(NewHost(), "a", SparkplugMessageType.NodeBirth, 0, Metric("m"));
        Store();
        var host = NewHost();
        foreach (var node in (string[])["a", "b", "c"])
        {
            Take(host, node, SparkplugMessageType.NodeBirth, 0, Metric("other"));
        }

        Take(host, "a", SparkplugMessageType.NodeData, 1, Metric(name: null));

        Assert.Empty(_output.Readings);
        Assert.NotNull(_output.Problem);
    }

    /// <summary>The NBIRTH of its present life was missed; what is stored of the life before must not name its data.
    /// </summary>
    [Fact]
    public void Node_JoinedByItsDevicesBirthAndRestored_IsNotReadByItsLifeBefore()
    {
        Take(NewHost(), "a", SparkplugMessageType.NodeBirth, 0, Metric("m"));
        Store();
        var host = NewHost();
        Take(host, "a", SparkplugMessageType.NodeData, 7, Metric(name: null));
        Store();
        Take(host, "a", SparkplugMessageType.DeviceBirth, 1, Metric("m"), device: "d");
        Store();

        Take(NewHost(), "a", SparkplugMessageType.NodeData, 2, Metric(name: null));

        Assert.Empty(_output.Readings);
        Assert.NotNull(_output.Problem);
    }

    private static SparkplugMetric Metric(string? name) => new()
    {
        Name = name,
        Alias = 1,
        DataType = SparkplugDataType.Double,
        Value = SparkplugValue.From(21.5),
    };

    private SparkplugHost NewHost() => new(
        "s",
        rebirthInterval: null,
        new HostLimits { MaxNodes = 2 },
        key => _disk.TryGetValue(key, out var bytes) ? bytes : (ReadOnlyMemory<byte>?)null);

    private void Take(
        SparkplugHost host,
        string node,
        SparkplugMessageType type,
        byte sequence,
        SparkplugMetric metric,
        string? device = null)
    {
        _output.Clear();
        var payload = new SparkplugPayload { Sequence = sequence, TimestampMilliseconds = 1_000, Metrics = [metric] };
        var topic = new SparkplugTopic { Type = type, Group = "g", Node = node, Device = device };
        Assert.True(host.Take(
            new HostMessage(topic, payload, _names, IsRepeat: false, DateTimeOffset.UnixEpoch, TimeSpan.Zero),
            _output));
    }

    private void Store()
    {
        foreach (var checkpoint in _output.Checkpoints)
        {
            _disk[checkpoint.Key] = checkpoint.Position.ToArray();
        }
    }
}
