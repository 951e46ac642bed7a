using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Meridian.Journal;

namespace Meridian.Engine.Replays;

/// <summary>
/// What is kept of a replay, as JSON in the journal. While it runs, its cursor says where it stands and its tally what
/// became of its data; when it has ended, this does.
/// </summary>
internal sealed record KeptReplay
{
    /// <summary>The how many-th of the journal it is.</summary>
    public required long Number { get; init; }

    /// <summary>The North, as the configuration names it.</summary>
    public required string North { get; init; }

    /// <summary>What the journal knows the North by.</summary>
    public required string NorthId { get; init; }

    public required long From { get; init; }

    public required long To { get; init; }

    public bool IsCut { get; init; }

    public required DateTimeOffset Begun { get; init; }

    public required ReplayState State { get; init; }

    public string? Reason { get; init; }

    /// <summary>Where it stands; counts only when it has ended.</summary>
    public required long Position { get; init; }

    /// <summary>What became of its data; counts only when it has ended.</summary>
    public required ReplayCounts Counts { get; init; }

    [JsonIgnore]
    public string Id => string.Create(CultureInfo.InvariantCulture, $"r{Number}");

    [JsonIgnore]
    public bool IsRunning => State == ReplayState.Running;

    public ReplayStatus ToStatus() => new(
        Id,
        North,
        new JournalPosition(From),
        new JournalPosition(To),
        new JournalPosition(Position),
        IsCut,
        Begun,
        State,
        Reason,
        Counts);

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, KeptReplayJson.Default.KeptReplay);

    /// <summary>Reads what <see cref="ToBytes"/> wrote; null for anything else.</summary>
    public static KeptReplay? Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, KeptReplayJson.Default.KeptReplay);
        }
        catch (JsonException)
        {
            // Of a later version: it is left as it is, and cannot be run by this one.
            return null;
        }
    }
}

/// <summary>The words of the kept JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(KeptReplay))]
[JsonSerializable(typeof(ReplayCounts))]
internal sealed partial class KeptReplayJson : JsonSerializerContext;
