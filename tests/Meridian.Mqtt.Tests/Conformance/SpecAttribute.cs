namespace Meridian.Mqtt.Tests.Conformance;

/// <summary>
/// Says that a test proves normative statements of the specification: it fails when the client breaks one of them.
/// The identifiers of 3.1.1 and 5.0 look alike and mean different things, so the version stands beside them, and a test
/// that runs in one version proves nothing of the other. <c>docs/mqtt/conformance.md</c> is made from these marks.
/// </summary>
/// <param name="version">The standard: "3.1.1" or "5.0".</param>
/// <param name="statements">Identifiers from the lists beside this file, such as "MQTT-3.1.2-23".</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true, Inherited = false)]
internal sealed class SpecAttribute(string version, params string[] statements) : Attribute
{
    public string Version { get; } = version;

    public IReadOnlyList<string> Statements { get; } = statements;
}
