// Prints what comes, until as many messages have come as were asked for:
//
//   mqtt-subscribe mqtt://127.0.0.1:1883 FILTER COUNT
using System.Globalization;
using System.Text;
using Meridian.Mqtt;

if (args.Length != 3)
{
    await Console.Error.WriteLineAsync("usage: mqtt-subscribe URI FILTER COUNT");
    return 2;
}

await using var client = new MqttClient(new MqttClientOptions { Server = MqttServer.Parse(args[0]) });
await client.ConnectAsync();

// The stream has a buffer of its own, and lives through reconnects. While it is full the server keeps the messages.
await using var readings = await client.SubscribeAsync(args[1]);
await Console.Out.WriteLineAsync("subscribed");
var left = int.Parse(args[2], CultureInfo.InvariantCulture);
await foreach (var message in readings)
{
    await Console.Out.WriteLineAsync($"{message.Topic} {Encoding.UTF8.GetString(message.Payload.Span)}");
    if (--left == 0)
    {
        break;
    }
}

return 0;
