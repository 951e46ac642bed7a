using System.CommandLine;
using Meridian.Gateway.Control;

namespace Meridian.Gateway.Commands;

/// <summary>The option <c>--data DIR</c>: which gateway.</summary>
internal static class DataOption
{
    public static Option<DirectoryInfo> Create(string description) => new("--data")
    {
        Description = description,
        HelpName = "DIR",
        DefaultValueFactory = _ => new DirectoryInfo("meridian-data"),
    };

    /// <summary>The option of a command that speaks to a gateway that runs.</summary>
    public static Option<DirectoryInfo> CreateForRunning() => Create("The data folder of the gateway that runs.");

    /// <summary>Speaks to the gateway; what it refuses goes to the error output.</summary>
    public static async Task<int> SpeakAsync(DirectoryInfo data, Func<ControlClient, Task> speak)
    {
        using var client = new ControlClient(data.FullName);
        try
        {
            await speak(client);
            return ExitCodes.Ok;
        }
        catch (ControlException refused)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return ExitCodes.Failed;
        }
    }
}
