using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Meridian.Fixtures;

namespace Meridian.Mqtt.Tests.Storage;

/// <summary>Kills a real publishing process (samples/durable-publisher) at random moments.</summary>
public sealed class KillTests
{
    private const string Program = "Meridian.Samples.DurablePublisher";

    private static readonly int Rounds = Environment.GetEnvironmentVariable("MERIDIAN_TEST_LONG") is "1" ? 60 : 5;

    [Theory]
    [InlineData(MqttQos.AtLeastOnce)]
    [InlineData(MqttQos.ExactlyOnce)]
    public async Task Kill_WhilePublishing_LosesNothingAndAtQos2RepeatsNothing(MqttQos qos)
    {
        await using var server = await MosquittoServer.StartAsync(new MosquittoServerOptions { IsPersistent = true });
        using var folder = new TempFolder("meridian-session-");
        var arrived = new Arrivals();
        await using var subscriber = new MqttClient(
            new MqttClientOptions { Server = MqttServer.Tcp("127.0.0.1", server.Port) }, arrived);
        await subscriber.ConnectAsync();
        Assert.True(Assert.Single(await subscriber.SubscribeAsync([new("numbers", MqttQos.ExactlyOnce)])).IsGranted);
        var dice = new Random(20_26);
        var stored = new ConcurrentQueue<int>();
        var next = 0;

        for (var round = 0; round <= Rounds; round++)
        {
            await using var child = ChildProcess.Start(
                "dotnet",
                ["exec", PathOfProgram(), $"mqtt://127.0.0.1:{server.Port}", "killed", "numbers", folder.Path,
                    ((int)qos).ToString(CultureInfo.InvariantCulture)],
                new ChildProcessOptions { HasInput = true, OnLine = line => Take(line, stored) });
            next = await FeedAsync(child, next, dice.Next(50, 600), stored, isLast: round == Rounds);
        }

        await Deadline.UntilAsync(
            () => stored.All(arrived.Counts.ContainsKey), "all that was stored has arrived");
        Assert.True(stored.Count >= 50 * Rounds, $"Only {stored.Count} were stored.");
        Assert.All(arrived.Counts.Keys, number => Assert.InRange(number, 0, next - 1));
        if (qos == MqttQos.ExactlyOnce)
        {
            Assert.DoesNotContain(arrived.Counts, static pair => pair.Value > 1);
            Assert.Equal(arrived.InOrder.Order(), arrived.InOrder);
        }
    }

    /// <summary>Feeds numbers until so many are stored, and kills; or feeds and lets it end in peace.</summary>
    private static async Task<int> FeedAsync(
        ChildProcess child, int next, int count, ConcurrentQueue<int> stored, bool isLast)
    {
        await child.WaitForLineAsync(static line => line is "connected", "it is connected");
        var target = stored.Count + count;
        var end = next + count + 200; // So that the kill finds some on their way.
        for (; next < end && (isLast || stored.Count < target); next++)
        {
            await child.Input.WriteLineAsync(next.ToString(CultureInfo.InvariantCulture));
        }

        if (isLast)
        {
            child.Input.Close();
            Assert.Equal(0, await child.WaitForExitAsync());
            Assert.Contains("delivered", child.Lines, StringComparer.Ordinal);
            return next;
        }

        await Deadline.UntilAsync(() => stored.Count >= target, $"{count} are stored");
        child.Send(Signal.Kill);
        await child.WaitForExitAsync();
        return next;
    }

    private static void Take(string line, ConcurrentQueue<int> stored)
    {
        const string Told = "stored ";
        if (line.StartsWith(Told, StringComparison.Ordinal))
        {
            // A line that the kill cut short is a smaller number, which was told before.
            stored.Enqueue(int.Parse(line.AsSpan(Told.Length), CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Beside the tests' own output, of the same configuration.</summary>
    private static string PathOfProgram()
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(own.Parent!.Parent!.FullName, Program, own.Name, $"{Program}.dll");
    }

    private sealed class Arrivals : IMqttReceiver
    {
        private readonly ConcurrentQueue<int> _inOrder = new();

        public ConcurrentDictionary<int, int> Counts { get; } = new();

        public IReadOnlyCollection<int> InOrder => _inOrder;

        public void OnMessage(in MqttMessage message)
        {
            var number = int.Parse(Encoding.UTF8.GetString(message.Payload), CultureInfo.InvariantCulture);
            _inOrder.Enqueue(number);
            Counts.AddOrUpdate(number, 1, static (_, count) => count + 1);
        }
    }
}
