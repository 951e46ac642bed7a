namespace Meridian.Engine.History;

/// <summary>In which order what is missing is asked for.</summary>
internal enum HistoryRecovery
{
    /// <summary>The past first, so that readings arrive in the order of their time.</summary>
    OldestFirst,

    /// <summary>The present first, so that it is seen at once; the past follows.</summary>
    NewestFirst,
}
