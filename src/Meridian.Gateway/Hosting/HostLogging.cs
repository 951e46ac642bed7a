using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Meridian.Gateway.Hosting;

/// <summary>Where the log goes: one line an event, to the error output, in UTC.</summary>
internal static class HostLogging
{
    /// <summary>The variable that sets the level: Trace, Debug, Information (the default), Warning, Error.</summary>
    public const string LevelVariable = "MERIDIAN_LOG";

    /// <param name="level">What is written, where <see cref="LevelVariable"/> does not say.</param>
    public static ILoggerFactory Create(LogLevel level = LogLevel.Information)
    {
        var asked = Environment.GetEnvironmentVariable(LevelVariable);
        level = Enum.TryParse<LogLevel>(asked, ignoreCase: true, out var set) ? set : level;
        return LoggerFactory.Create(logging =>
        {
            logging.SetMinimumLevel(level);
            if (level >= LogLevel.Information)
            {
                // A line for each question of a command says nothing about the plant.
                logging.AddFilter("Microsoft", LogLevel.Warning);
            }

            logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            });
            logging.Services.Configure<ConsoleLoggerOptions>(
                options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        });
    }
}
