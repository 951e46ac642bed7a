namespace Meridian.Sdk.South;

/// <summary>A connector that collects. It implements at least one of the capabilities beside this file.</summary>
public interface ISouth : IConnector;
