using System.Text.Json.Serialization;
using Meridian.Engine.Backfills;
using Meridian.Engine.Replays;

namespace Meridian.Gateway.Control;

/// <summary>The words of the bodies.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(StatusBody))]
[JsonSerializable(typeof(BackfillBody[]))]
[JsonSerializable(typeof(BackfillOrder))]
[JsonSerializable(typeof(QuarantinePageBody))]
[JsonSerializable(typeof(QuarantineChoiceBody))]
[JsonSerializable(typeof(QuarantineRetryBody))]
[JsonSerializable(typeof(QuarantineDiscardBody))]
[JsonSerializable(typeof(ReplayBody[]))]
[JsonSerializable(typeof(ReplayOrder))]
[JsonSerializable(typeof(ProblemBody))]
internal sealed partial class ControlJson : JsonSerializerContext;
