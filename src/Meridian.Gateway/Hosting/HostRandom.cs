using System.Diagnostics.CodeAnalysis;

namespace Meridian.Gateway.Hosting;

/// <summary>Chance, for the whole process: the one place where it is not injected.</summary>
internal static class HostRandom
{
    [SuppressMessage(
        "ApiDesign",
        "RS0030:Do not use banned APIs",
        Justification = "The composition root injects it; the shared instance is the one for several threads.")]
    public static Random Create() => Random.Shared;
}
