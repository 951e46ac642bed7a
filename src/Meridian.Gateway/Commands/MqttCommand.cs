using System.CommandLine;
using Meridian.Mqtt;

namespace Meridian.Gateway.Commands;

/// <summary><c>meridian mqtt</c>: the client on its own, to look at a broker.</summary>
internal static class MqttCommand
{
    public static Command Create() => new("mqtt", "Publishes to an MQTT broker or subscribes to one.")
    {
        MqttPublishCommand.Create(),
        MqttSubscribeCommand.Create(),
    };

    /// <summary>
    /// Runs a command that talks to a broker; what goes wrong there becomes a sentence and exit code 1.
    /// </summary>
    public static async Task<int> RunAsync(
        MqttClientOptions options, Func<CancellationToken, Task> talk, CancellationToken stop)
    {
        var problems = options.Validate();
        if (problems.Count > 0)
        {
            foreach (var problem in problems)
            {
                await Console.Error.WriteLineAsync(problem);
            }

            return ExitCodes.Misconfigured;
        }

        try
        {
            await talk(stop);
            return ExitCodes.Ok;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Ok;
        }
        catch (Exception failed) when (failed is MqttException or IOException or ArgumentException)
        {
            await Console.Error.WriteLineAsync(failed.Message);
            return ExitCodes.Failed;
        }
    }
}
