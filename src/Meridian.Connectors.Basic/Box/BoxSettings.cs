namespace Meridian.Connectors.Basic.Box;

/// <summary>The settings of the box South: there are none, since there is one box.</summary>
public sealed record BoxSettings;
