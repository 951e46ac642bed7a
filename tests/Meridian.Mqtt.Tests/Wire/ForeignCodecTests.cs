using System.Buffers;
using System.Text.Json.Nodes;
using Meridian.Fixtures;
using Meridian.Mqtt.Tests.Conformance;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Tests.Wire;

/// <summary>
/// Our codec and mqtt-packet understand each other: what either writes the other reads as what was meant. Random
/// packets of every type, in all three versions.
/// </summary>
public sealed class ForeignCodecTests
{
    private static readonly int Count =
        Environment.GetEnvironmentVariable("MERIDIAN_TEST_LONG") is "1" ? 100_000 : 2_000;

    [Fact]
    [Spec(
        "5.0",
        "MQTT-2.2.1-2", "MQTT-3.1.3-4", "MQTT-3.1.3-11", "MQTT-3.1.3-12", "MQTT-3.3.2-1", "MQTT-3.3.2-13",
        "MQTT-3.3.2-19", "MQTT-3.8.3-1", "MQTT-3.10.3-1")]
    public async Task Packet_ThatWeWrite_IsReadByMqttPacketAsByUs()
    {
        var first = FirstSeed();
        await using var codec = await NodeCodec.StartAsync();
        var written = Enumerable.Range(first, Count).Select(static seed =>
        {
            var any = new AnyPacket(seed);
            return (Version: any.Version, Bytes: any.Write());
        }).ToList();

        var answers = await codec.ReadAsync(written.Select(static one => ((int)one.Version, one.Bytes)));

        var compared = new HashSet<(MqttProtocolVersion, PacketType)>();
        foreach (var (one, answer, seed) in written.Zip(answers, Enumerable.Range(first, Count)))
        {
            // Any packet may have any Reason Code here; mqtt-packet knows which packet may have which.
            if (JsonNode.Parse(answer)!["error"]?.GetValue<string>() is { } error)
            {
                Assert.True(IsAboutACode(error), $"Seed {seed}, {Convert.ToHexString(one.Bytes)}: {error}");
                continue;
            }

            compared.Add((one.Version, (PacketType)(one.Bytes[0] >> 4)));
            AssertSame(JsonNode.Parse(answer)!["packet"]!, one.Bytes, one.Version, seed);
        }

        // Ten types in 3.1 and 3.1.1, one of them only where its code was a good one; AUTH is drawn by the other test.
        Assert.True(compared.Count >= 28, $"Only {string.Join(", ", compared)} were compared.");
    }

    [Fact]
    public async Task Packet_ThatMqttPacketWrites_IsReadAndWrittenByUsAsItMeans()
    {
        var first = FirstSeed();
        await using var codec = await NodeCodec.StartAsync();
        var drawn = (await codec.DrawAsync(first, Count)).Select(static line => JsonNode.Parse(line)!).ToList();

        var again = new List<(int Version, byte[] Bytes)>();
        foreach (var (one, seed) in drawn.Zip(Enumerable.Range(first, Count)))
        {
            var bytes = Convert.FromHexString(one["hex"]!.GetValue<string>());
            var version = (MqttProtocolVersion)one["version"]!.GetValue<int>();
            AssertSame(one["packet"]!, bytes, version, seed);
            again.Add(((int)version, AnyPacket.Rewrite(Cut(bytes), version)));
        }

        var answers = await codec.ReadAsync(again);
        foreach (var (one, answer, seed) in drawn.Zip(answers, Enumerable.Range(first, Count)))
        {
            Assert.True(
                JsonNode.DeepEquals(one["packet"], JsonNode.Parse(answer)!["packet"]),
                $"Seed {seed}: {one["packet"]!.ToJsonString()} became {answer}");
        }

        var kinds = drawn.Select(static one => $"{one["version"]} {one["packet"]!["cmd"]}");
        Assert.Equal(37, kinds.Distinct(StringComparer.Ordinal).Count());
    }

    private static void AssertSame(JsonNode foreign, byte[] bytes, MqttProtocolVersion version, int seed)
    {
        var ours = ForeignPacket.Of(Cut(bytes), version);
        Assert.True(
            JsonNode.DeepEquals(foreign, ours),
            $"Seed {seed}, {Convert.ToHexString(bytes)}: mqtt-packet reads {foreign.ToJsonString()}, "
            + $"we {ours.ToJsonString()}");
    }

    private static Frame Cut(byte[] bytes)
    {
        var buffer = new ReadOnlySequence<byte>(bytes);
        Assert.True(Frame.TryRead(ref buffer, int.MaxValue, out var frame));
        Assert.True(buffer.IsEmpty);
        return frame;
    }

    private static bool IsAboutACode(string error) => error.EndsWith("code", StringComparison.Ordinal);

    /// <summary>A new one at each run; failures say which seed they had.</summary>
    private static int FirstSeed() => (int)(TimeProvider.System.GetUtcNow().Ticks & 0xFFFFFF);
}
