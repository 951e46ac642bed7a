using System.Diagnostics.CodeAnalysis;

namespace Meridian.Configuration;

/// <summary>What reading a configuration gave: the configuration, or everything that is wrong with it.</summary>
public sealed record ConfigurationResult
{
    internal ConfigurationResult(MeridianConfig? config, IReadOnlyList<ConfigurationProblem> problems)
    {
        Config = config;
        Problems = problems;
    }

    /// <summary>The configuration; null when there is any problem.</summary>
    public MeridianConfig? Config { get; }

    /// <summary>Every problem at once, by line; empty when the configuration is good.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; }

    /// <summary>Whether there is a configuration to run.</summary>
    [MemberNotNullWhen(true, nameof(Config))]
    public bool IsValid => Config is not null;
}
