using System.Buffers;
using System.Text;
using Meridian.Formats.Sparkplug;

namespace Meridian.Formats.Tests.Sparkplug;

public sealed class SparkplugStateTests
{
    [Theory]
    [InlineData(true, 1_763_800_000_000UL, """{"online":true,"timestamp":1763800000000}""")]
    [InlineData(false, 0UL, """{"online":false,"timestamp":0}""")]
    public void State_Encoded_IsTheJsonOfTheSpecification(bool isOnline, ulong timestamp, string expected)
    {
        var state = new SparkplugState(isOnline, timestamp);

        var bytes = state.Encode();

        Assert.Equal(expected, Encoding.UTF8.GetString(bytes));
        Assert.True(SparkplugState.TryDecode(new ReadOnlySequence<byte>(bytes), out var back));
        Assert.Equal(state, back);
    }

    [Theory]
    [InlineData("""{ "timestamp" : 7, "online" : true, "bdSeq": 3 } """, true)]
    [InlineData("""{"online":true,"timestamp":18446744073709551615}""", true)]
    [InlineData("""{"online":true}""", false)]
    [InlineData("""{"timestamp":7}""", false)]
    [InlineData("""{"online":1,"timestamp":7}""", false)]
    [InlineData("""{"online":"true","timestamp":7}""", false)]
    [InlineData("""{"online":true,"timestamp":-1}""", false)]
    [InlineData("""{"online":true,"timestamp":7.5}""", false)]
    [InlineData("""{"online":true,"timestamp":"7"}""", false)]
    [InlineData("""{"online":true,"timestamp":7}x""", false)]
    [InlineData("""[true,7]""", false)]
    [InlineData("""{"online":true,"timestamp":7,"\ud800xxxxxxxxx":0}""", false)]
    [InlineData("ONLINE", false)]
    [InlineData("OFFLINE", false)]
    [InlineData("", false)]
    public void Payload_IsReadOnlyWhereItIsAState(string payload, bool expected) => Assert.Equal(
        expected,
        SparkplugState.TryDecode(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(payload)), out _));

    [Fact]
    public void Payload_FarLargerThanAState_IsNone()
    {
        var large = $$"""{"online":true,"timestamp":7,"x":"{{new string('x', 5_000)}}"}""";

        Assert.False(SparkplugState.TryDecode(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(large)), out _));
    }
}
