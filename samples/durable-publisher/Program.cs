// Publishes the lines of its input so that none is lost, whatever is killed and whenever:
//
//   durable-publisher mqtt://127.0.0.1:1883 CLIENT-ID TOPIC DIRECTORY [QOS]
//
// A line that was answered with "stored" is delivered, if need be by the next start of this program with the same
// client identifier and directory. At QoS 2 it is delivered once.
using System.Globalization;
using System.Text;
using Meridian.Mqtt;
using Meridian.Mqtt.Storage;

const int MaxOutstanding = 100;

if (args.Length is < 4 or > 5)
{
    await Console.Error.WriteLineAsync("usage: durable-publisher URI CLIENT-ID TOPIC DIRECTORY [QOS]");
    return 2;
}

await using var client = new MqttClient(new MqttClientOptions
{
    Server = MqttServer.Parse(args[0]),
    ClientId = args[1],
    CleanSession = false, // The server keeps its half of the session, so that QoS 2 is exactly once over a restart.
    SessionStore = new FileSessionStore(args[3]),
    Queue = new MqttQueueOptions { WhenFull = MqttQueueFullPolicy.Wait },
});
var topic = args[2];
var qos = args.Length > 4 ? (MqttQos)int.Parse(args[4], CultureInfo.InvariantCulture) : MqttQos.AtLeastOnce;
await client.ConnectAsync();
await Console.Out.WriteLineAsync("connected");

// Many lines may be on their way to the disk at once: one flush makes all of them durable.
var outstanding = new Queue<(string Line, Task Stored)>();
while (await Console.In.ReadLineAsync() is { } line)
{
    outstanding.Enqueue((line, client.EnqueueAsync(topic, Encoding.UTF8.GetBytes(line), qos)));
    while (outstanding.Count > MaxOutstanding || (outstanding.Count > 0 && outstanding.Peek().Stored.IsCompleted))
    {
        await TellAsync(outstanding.Dequeue());
    }
}

while (outstanding.Count > 0)
{
    await TellAsync(outstanding.Dequeue());
}

// Without this the rest would be delivered by the next start.
using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
while (client.Queue is { Waiting: > 0 } or { InFlight: > 0 })
{
    await timer.WaitForNextTickAsync();
}

await Console.Out.WriteLineAsync("delivered");
return 0;

static async Task TellAsync((string Line, Task Stored) sent)
{
    await sent.Stored;
    await Console.Out.WriteLineAsync($"stored {sent.Line}");
}
