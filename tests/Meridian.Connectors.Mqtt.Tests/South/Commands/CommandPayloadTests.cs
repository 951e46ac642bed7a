using System.Buffers;
using System.Text;
using Meridian.Connectors.Mqtt.South.Commands;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Mqtt.Tests.South.Commands;

public sealed class CommandPayloadTests
{
    [Theory]
    [InlineData("12", ReadingValueKind.Int64, "12", null)]
    [InlineData(" 12.5\n", ReadingValueKind.Double, "12.5", null)]
    [InlineData("-1e3", ReadingValueKind.Double, "-1000", null)]
    [InlineData("18446744073709551615", ReadingValueKind.UInt64, "18446744073709551615", null)]
    [InlineData("true", ReadingValueKind.Boolean, "true", null)]
    [InlineData("\"12\"", ReadingValueKind.String, "12", null)]
    [InlineData("12 rpm", ReadingValueKind.String, "12 rpm", null)]
    [InlineData("fast", ReadingValueKind.String, "fast", null)]
    [InlineData("null", ReadingValueKind.String, "null", null)]
    [InlineData("""{"value":false,"id":"a\"b"}""", ReadingValueKind.Boolean, "false", "\"a\\\"b\"")]
    [InlineData("""{"id":7,"value":"x","more":[1]}""", ReadingValueKind.String, "x", "7")]
    public void Payload_ThatIsGood_IsItsValueAndId(string payload, ReadingValueKind kind, string value, string? id)
    {
        Assert.Null(Read(payload, out var command));
        Assert.Equal((kind, value, id), (command.Value.Kind, command.Value.ToString(), command.Id));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("  ", "is empty")]
    [InlineData("""{"vale":1}""", "without 'value'")]
    [InlineData("""{"value":null}""", "is a number, a text, true or false")]
    [InlineData("""{"value":[1]}""", "is a number, a text, true or false")]
    [InlineData("""{"value":1""", "begins as a JSON object and is none")]
    [InlineData("""{"value":1,"value":2}""", "begins as a JSON object and is none")]
    [InlineData("""{"value":1,"id":{}}""", "'id' of a command is a text or a number")]
    public void Payload_ThatIsNot_IsRefusedInWords(string payload, string words) =>
        Assert.Contains(words, Read(payload, out _), StringComparison.Ordinal);

    [Fact]
    public void Payload_WithoutValue_StillHasItsId()
    {
        Assert.NotNull(Read("""{"id":"a"}""", out var command));
        Assert.Equal("\"a\"", command.Id);
    }

    [Fact]
    public void Payload_OfNoText_IsRefused() =>
        Assert.Contains(
            "UTF-8", CommandPayload.Read(new ReadOnlySequence<byte>([0xC3, 0x28]), out _), StringComparison.Ordinal);

    [Fact]
    public void Payload_BeyondTheLimit_IsRefusedAndOneAtItIsNot()
    {
        Assert.Null(Read(new string('a', CommandPayload.MaxBytes), out _));
        Assert.Contains(
            "16385 bytes; at most 16384",
            Read(new string('a', CommandPayload.MaxBytes + 1), out _),
            StringComparison.Ordinal);
    }

    private static string? Read(string payload, out CommandPayload command) =>
        CommandPayload.Read(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(payload)), out command);
}
