namespace Meridian.Mqtt.Interop.Tests;

/// <summary>What the suites do with clients again and again.</summary>
internal static class InteropClient
{
    public static async Task<MqttClient> ConnectAsync(MqttClientOptions options, Inbox? inbox = null)
    {
        var client = new MqttClient(options, inbox);
        try
        {
            await client.ConnectAsync();
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }
    /// <summary>What a new subscriber of a filter hears at once, up to the message "end".</summary>
    /// <param name="options">The client's.</param>
    /// <param name="filter">The Topic Filter.</param>
    /// <param name="end">A Topic Name of its own, that the filter does not match.</param>
    public static async Task<List<string>> HearAsync(MqttClientOptions options, string filter, string end)
    {
        var inbox = new Inbox();
        await using var client = await ConnectAsync(options, inbox);
        await client.SubscribeAsync([new(filter, MqttQos.AtLeastOnce), new(end, MqttQos.AtLeastOnce)]);
        await client.PublishAsync(end, "end"u8.ToArray(), MqttQos.AtLeastOnce);
        var heard = new List<string>();
        do
        {
            heard.Add((await inbox.NextAsync()).Text);
        }
        while (heard[^1] is not "end");

        return heard;
    }
}
