// Publishes its arguments, each as one message, and tells what the server said:
//
//   mqtt-publish mqtt://127.0.0.1:1883 TOPIC TEXT...
using System.Text;
using Meridian.Mqtt;

if (args.Length < 3)
{
    await Console.Error.WriteLineAsync("usage: mqtt-publish URI TOPIC TEXT...");
    return 2;
}

await using var client = new MqttClient(new MqttClientOptions { Server = MqttServer.Parse(args[0]) });
await client.ConnectAsync();
foreach (var text in args[2..])
{
    // Ends with PUBACK, or with an exception that says why not.
    var result = await client.PublishAsync(args[1], Encoding.UTF8.GetBytes(text), MqttQos.AtLeastOnce);
    await Console.Out.WriteLineAsync($"{text}: {result.ReasonCode}");
}

await client.DisconnectAsync();
return 0;
