using System.Reflection;

namespace Meridian.Mqtt.Tests.Issues.Rivals;

/// <summary>What other packages force on their users.</summary>
public sealed class PackageTests
{
    /// <summary>hivemq-mqtt-client-dotnet#189, #293, #310, #384: a logging library comes with the client.</summary>
    [Fact]
    public void Client_Brings_NoLibraryButTheAbstractionsOfLogging() => Assert.Equal(
        ["Microsoft.Extensions.Logging.Abstractions"],
        typeof(MqttClient).Assembly.GetReferencedAssemblies()
            .Select(static one => one.Name!) // A reference has one.
            .Where(static name => !name.StartsWith("System.", StringComparison.Ordinal)),
        StringComparer.Ordinal);

    /// <summary>hivemq-mqtt-client-dotnet#371, #377: not for programs that are compiled ahead of time.</summary>
    [Fact]
    public void Client_SaysThatItMayBe_CompiledAheadOfTime() => Assert.Contains(
        typeof(MqttClient).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>(),
        static one => one is { Key: "IsAotCompatible", Value: "True" });
}
