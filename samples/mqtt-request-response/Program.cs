// One client answers, another asks; MQTT 5.0 carries the topic of the answer and the number of the question:
//
//   mqtt-request-response mqtt://127.0.0.1:1883 TEXT
using System.Text;
using Meridian.Mqtt;

if (args.Length != 2)
{
    await Console.Error.WriteLineAsync("usage: mqtt-request-response URI TEXT");
    return 2;
}

var options = new MqttClientOptions { Server = MqttServer.Parse(args[0]), Version = MqttProtocolVersion.V50 };
await using var server = new MqttClient(options);
await server.ConnectAsync();
await using var questions = await server.SubscribeAsync("sample/upper");
var answering = AnswerAsync();

await using var asker = new MqttClient(options);
await asker.ConnectAsync();
var answer = await asker.RequestAsync("sample/upper", Encoding.UTF8.GetBytes(args[1]), TimeSpan.FromSeconds(10));
await Console.Out.WriteLineAsync(Encoding.UTF8.GetString(answer.Payload.Span));

await questions.DisposeAsync();
await answering;
return 0;

async Task AnswerAsync()
{
    await foreach (var question in questions)
    {
        var text = Encoding.UTF8.GetString(question.Payload.Span).ToUpperInvariant();
        await server.RespondAsync(question, Encoding.UTF8.GetBytes(text));
    }
}
