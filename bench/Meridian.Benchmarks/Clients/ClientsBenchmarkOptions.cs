using System.Globalization;
using Meridian.Benchmarks.Clients.Contestants;

namespace Meridian.Benchmarks.Clients;

/// <summary>What of the clients benchmark runs.</summary>
/// <param name="Works">The works.</param>
/// <param name="Contestants">The clients, also those that cannot run here.</param>
internal sealed record ClientsBenchmarkOptions(
    IReadOnlyList<ClientWork> Works, IReadOnlyList<Contestant> Contestants)
{
    /// <summary>How long each trial measures.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long each trial of idle connections measures: two periods of Keep Alive.</summary>
    public TimeSpan IdleDuration { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long each trial works before it measures.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How often each client does each work.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>How many publications may be unacknowledged.</summary>
    public int Window { get; init; } = 1_000;

    /// <summary>The protocol level: 4 is MQTT 3.1.1, 5 is MQTT 5.0.</summary>
    public int ProtocolLevel { get; init; } = 4;

    /// <summary>Reads the words after <c>clients</c>: each option is followed by its values.</summary>
    /// <exception cref="ArgumentException">A word is not known, or an option has no value.</exception>
    public static ClientsBenchmarkOptions Parse(string[] words)
    {
        var options = new ClientsBenchmarkOptions(ClientWork.All, AllContestants.All());
        for (var i = 0; i < words.Length;)
        {
            var option = words[i++];
            var values = words[i..].TakeWhile(word => !word.StartsWith("--", StringComparison.Ordinal))
                .SelectMany(word => word.Split(',')).ToList();
            i += words[i..].TakeWhile(word => !word.StartsWith("--", StringComparison.Ordinal)).Count();
            if (values.Count == 0)
            {
                throw new ArgumentException($"'{option}' needs a value; see --help.", nameof(words));
            }

            options = options.With(option, values);
        }

        return options;
    }

    private ClientsBenchmarkOptions With(string option, List<string> values) => option switch
    {
        "--only" => this with { Works = [.. values.Select(ClientWork.Named)] },
        "--clients" => this with { Contestants = [.. values.Select(Named)] },
        "--seconds" => this with { Duration = Seconds(values[0]) },
        "--idle-seconds" => this with { IdleDuration = Seconds(values[0]) },
        "--warm-up" => this with { WarmUp = Seconds(values[0]) },
        "--rounds" => this with { Rounds = Number(option, values[0], 1, 1_000) },
        "--window" => this with { Window = Number(option, values[0], 1, 65_535) },
        "--version" => this with
        {
            ProtocolLevel = values[0] switch
            {
                "3.1.1" => 4,
                "5" or "5.0" => 5,
                _ => throw new ArgumentException($"'{values[0]}' is not a version; use 3.1.1 or 5.", nameof(values)),
            },
        },
        _ => throw new ArgumentException($"'{option}' is not known; see --help.", nameof(option)),
    };

    private Contestant Named(string name) =>
        Contestants.FirstOrDefault(contestant => name.Equals(contestant.Name, StringComparison.Ordinal))
        ?? throw new ArgumentException(
            $"'{name}' is not a client; there are {string.Join(", ", Contestants.Select(each => each.Name))}.",
            nameof(name));

    private static TimeSpan Seconds(string text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 3_600
            ? TimeSpan.FromSeconds(seconds)
            : throw new ArgumentException($"'{text}' is not a number of seconds from 0 to 3600.", nameof(text));

    private static int Number(string option, string text, int least, int most) =>
        int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new ArgumentException($"{option} '{text}' is not between {least} and {most}.", nameof(text));
}
