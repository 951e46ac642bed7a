using Meridian.Connectors.Basic.Null;
using Meridian.Sdk;
using Meridian.Sdk.North;

namespace Meridian.Gateway.Tests.Plugins;

/// <summary>What emitted plug-ins inherit: each of these brings something, well or badly.</summary>
public abstract class TestPlugin(params IReadOnlyList<ConnectorManifest> connectors) : IConnectorPlugin
{
    public virtual IReadOnlyList<ConnectorManifest> Connectors => connectors;

    protected static NorthManifest North(string id) => NullNorthManifest.Manifest with { Id = id };
}

/// <summary>Brings the North 'first'.</summary>
public class FirstPlugin() : TestPlugin(North("first"));

/// <summary>Brings the North 'second'.</summary>
public class SecondPlugin() : TestPlugin(North("second"));

/// <summary>Brings the North 'null', which is built in.</summary>
public class CopyingPlugin() : TestPlugin(North("null"));

/// <summary>Brings one North twice.</summary>
public class TwicePlugin() : TestPlugin(North("twin"), North("twin"));

/// <summary>Brings nothing.</summary>
public class EmptyPlugin() : TestPlugin([]);

/// <summary>Brings a connector without an id.</summary>
public class NamelessPlugin() : TestPlugin(North(string.Empty));

/// <summary>Brings a North that takes nothing.</summary>
public class DeafPlugin() : TestPlugin(North("deaf") with { ConnectorType = typeof(INorth) });

/// <summary>Brings a North whose settings no file can hold.</summary>
public class UnbindablePlugin() : TestPlugin(North("unbindable") with { SettingsType = typeof(UnbindableSettings) });

/// <summary>Brings a North whose settings fail where their defaults are read.</summary>
public class BrokenPlugin() : TestPlugin(North("broken") with { SettingsType = typeof(BrokenSettings) });

/// <summary>Wants to be told something.</summary>
public class NeedyPlugin(string id) : TestPlugin(North(id));

/// <summary>Cannot be made.</summary>
public class ThrowingPlugin : TestPlugin
{
    public ThrowingPlugin() => throw new InvalidOperationException("The licence is over.");
}

/// <summary>Does not say what it brings.</summary>
public class SilentPlugin() : TestPlugin([])
{
    public override IReadOnlyList<ConnectorManifest> Connectors => throw new InvalidOperationException("No words.");
}

/// <summary>Settings that no JSON value stands for.</summary>
public sealed record UnbindableSettings
{
    public Stream? Stream { get; init; }
}

/// <summary>Settings that cannot be made.</summary>
public sealed record BrokenSettings
{
    public string Word { get; init; } = ((string?)null)!.Trim(); // fails, as it shall
}
