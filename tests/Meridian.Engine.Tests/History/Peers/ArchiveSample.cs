using Meridian.Sdk.Readings;

namespace Meridian.Engine.Tests.History.Peers;

/// <summary>A reading of a simulated source, and when the source itself has it.</summary>
internal sealed record ArchiveSample(Reading Reading, DateTimeOffset Arrival);
