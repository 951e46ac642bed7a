using FsCheck;
using FsCheck.Fluent;
using Meridian.Formats.Sparkplug;

namespace Meridian.Formats.Tests.Sparkplug;

public sealed class SparkplugTopicTests
{
    [Theory]
    [InlineData("spBv1.0/P/NBIRTH/n", SparkplugMessageType.NodeBirth, "P", "n", null)]
    [InlineData("spBv1.0/P/NDEATH/n", SparkplugMessageType.NodeDeath, "P", "n", null)]
    [InlineData("spBv1.0/P/NDATA/n", SparkplugMessageType.NodeData, "P", "n", null)]
    [InlineData("spBv1.0/P/NCMD/n", SparkplugMessageType.NodeCommand, "P", "n", null)]
    [InlineData("spBv1.0/P/DBIRTH/n/d", SparkplugMessageType.DeviceBirth, "P", "n", "d")]
    [InlineData("spBv1.0/P/DDEATH/n/d", SparkplugMessageType.DeviceDeath, "P", "n", "d")]
    [InlineData("spBv1.0/P/DDATA/n/d e", SparkplugMessageType.DeviceData, "P", "n", "d e")]
    [InlineData("spBv1.0/P/DCMD/n/d", SparkplugMessageType.DeviceCommand, "P", "n", "d")]
    [InlineData("spBv1.0/STATE/scada", SparkplugMessageType.State, "", "scada", null)]
    public void Parse_ATopic_GivesItsParts(
        string name, SparkplugMessageType type, string group, string node, string? device)
    {
        Assert.True(SparkplugTopic.TryParse(name, out var topic));

        Assert.Equal(new SparkplugTopic(group, type, node, device), topic);
        Assert.Equal(name, topic.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("spBv1.0")]
    [InlineData("spAv1.0/P/NDATA/n")]
    [InlineData("spbv1.0/P/NDATA/n")]
    [InlineData("spBv1.0/P/ndata/n")]
    [InlineData("spBv1.0/P/NDATA")]
    [InlineData("spBv1.0/P/NDATA/")]
    [InlineData("spBv1.0//NDATA/n")]
    [InlineData("spBv1.0/P/NDATA/n/d")]
    [InlineData("spBv1.0/P/DDATA/n")]
    [InlineData("spBv1.0/P/DDATA/n/")]
    [InlineData("spBv1.0/P/DDATA/n/d/e")]
    [InlineData("spBv1.0/STATE/")]
    [InlineData("spBv1.0/OTHER/x")]
    public void Parse_AnotherTopic_IsNone(string name) => Assert.False(SparkplugTopic.TryParse(name, out _));

    [Fact]
    public void Parse_AnyText_GivesWhatItWasOrNothing() =>
        Check.QuickThrowOnFailure(Prop.ForAll<NonNull<string>>(text =>
        {
            foreach (var name in (string[])[text.Get, "spBv1.0/" + text.Get, "spBv1.0/g/DDATA/n/" + text.Get])
            {
                if (SparkplugTopic.TryParse(name, out var topic))
                {
                    Assert.Equal(name, topic.ToString());
                }
            }
        }));

    [Theory]
    [InlineData("a b", true)]
    [InlineData("", false)]
    [InlineData("a/b", false)]
    [InlineData("a+", false)]
    [InlineData("#", false)]
    [InlineData("a\0", false)]
    public void Id_IsValidWithoutWhatIsReserved(string id, bool isValid) =>
        Assert.Equal(isValid, SparkplugTopic.IsValidId(id));
}
