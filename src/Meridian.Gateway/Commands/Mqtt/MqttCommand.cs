using System.CommandLine;
using Meridian.Gateway.Hosting;
using Meridian.Mqtt;

namespace Meridian.Gateway.Commands.Mqtt;

/// <summary><c>meridian mqtt</c>: the client on its own, to look at a broker.</summary>
internal static class MqttCommand
{
    /// <summary>Ends the help of both commands.</summary>
    public const string ExitCodesText =
        """
        Exit codes: 0 all is well; 1 the broker cannot be reached, or the connection was lost;
                    2 the command line is wrong, or names a file that cannot be used;
                    3 the broker refused the connection, a message or a filter;
                    4 --timeout passed before --count messages had come.
        """;

    public static Command Create() => new(
        "mqtt",
        $"""
        Publishes to an MQTT broker or subscribes to one: MQTT 3.1, 3.1.1 and 5 over TCP, TLS, WebSocket and Unix
        sockets. 'meridian mqtt pub --help' and 'meridian mqtt sub --help' show examples.

        {ExitCodesText}
        """)
    {
        MqttPublishCommand.Create(),
        MqttSubscribeCommand.Create(),
    };

    /// <summary>
    /// Runs a command that talks to a broker; what is wrong with its options, and what goes wrong there, becomes a
    /// sentence and an exit code.
    /// </summary>
    /// <param name="options">What was read from the command line.</param>
    /// <param name="problems">What was wrong with it.</param>
    /// <param name="whenStopped">The exit code after Ctrl+C.</param>
    /// <param name="talk">The command.</param>
    public static async Task<int> RunAsync(
        MqttClientOptions options,
        ICollection<string> problems,
        int whenStopped,
        Func<CancellationToken, Task<int>> talk)
    {
        // What the options say themselves is about the same mistakes in other words.
        IEnumerable<string> all = problems.Count > 0 ? problems : options.Validate();
        var isGood = true;
        foreach (var problem in all)
        {
            isGood = false;
            await Console.Error.WriteLineAsync(problem);
        }

        if (!isGood)
        {
            return ExitCodes.Misconfigured;
        }

        using var signals = new StopSignals();
        try
        {
            return await talk(signals.Stop);
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            return whenStopped;
        }
        catch (Exception failed) when (failed is MqttException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(failed.Message);
            return failed is MqttConnectException or MqttRejectedException ? ExitCodes.Refused : ExitCodes.Failed;
        }
        catch (ArgumentException wrong)
        {
            // A topic, filter or property that the command line gave and the client does not take.
            await Console.Error.WriteLineAsync(WithoutParameter(wrong));
            return ExitCodes.Misconfigured;
        }
    }

    /// <summary>The name of a method's parameter says nothing here.</summary>
    private static string WithoutParameter(ArgumentException wrong)
    {
        var end = wrong.Message.LastIndexOf(" (Parameter '", StringComparison.Ordinal);
        return end < 0 ? wrong.Message : wrong.Message[..end];
    }
}
