namespace Meridian.Testing.Tests.Contract;

/// <summary>Where the echo is.</summary>
internal sealed record EchoSettings
{
    public int Port { get; init; }
}
