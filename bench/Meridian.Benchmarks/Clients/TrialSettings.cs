using System.Globalization;

namespace Meridian.Benchmarks.Clients;

/// <summary>What the process of one client is told, in the same six words whatever the client is written in.</summary>
/// <param name="Work">What it shall do.</param>
/// <param name="Port">The peer's port on 127.0.0.1.</param>
internal sealed record TrialSettings(ClientWork Work, int Port)
{
    /// <summary>How long it works before anything is measured: compilers, caches and the socket's windows.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long is measured.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many publications may be unacknowledged.</summary>
    public int Window { get; init; } = 1_000;

    /// <summary>The protocol level: 4 is MQTT 3.1.1, 5 is MQTT 5.0.</summary>
    public int ProtocolLevel { get; init; } = 4;

    /// <summary>The six words: work, port, seconds to measure, seconds to warm, window, protocol level.</summary>
    public string[] ToWords() =>
    [
        Work.Name,
        Text(Port),
        Duration.TotalSeconds.ToString(CultureInfo.InvariantCulture),
        WarmUp.TotalSeconds.ToString(CultureInfo.InvariantCulture),
        Text(Window),
        Text(ProtocolLevel),
    ];

    /// <summary>Reads the six words.</summary>
    public static TrialSettings Parse(string[] words) => new(ClientWork.Named(words[0]), Number(words[1]))
    {
        Duration = TimeSpan.FromSeconds(double.Parse(words[2], CultureInfo.InvariantCulture)),
        WarmUp = TimeSpan.FromSeconds(double.Parse(words[3], CultureInfo.InvariantCulture)),
        Window = Number(words[4]),
        ProtocolLevel = Number(words[5]),
    };

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
