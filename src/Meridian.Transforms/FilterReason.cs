namespace Meridian.Transforms;

/// <summary>Why a reading did not leave a chain. The account shows the words of <see cref="FilterReasons"/>.</summary>
public enum FilterReason : byte
{
    /// <summary>A filter took it out.</summary>
    Filtered,

    /// <summary>It lay within the band around the last one that went out.</summary>
    Deadband,

    /// <summary>Another of its point went out less than a period before.</summary>
    RateLimit,

    /// <summary>It went into an aggregate.</summary>
    Aggregated,

    /// <summary>Its window was closed already.</summary>
    Late,

    /// <summary>It could not be converted to the type asked for.</summary>
    NotConvertible,

    /// <summary>None of the paths led to a value in it.</summary>
    NotExtracted,
}

/// <summary>The reasons as words.</summary>
public static class FilterReasons
{
    /// <summary>How many there are; they are numbered from 0.</summary>
    public const int Count = (int)FilterReason.NotExtracted + 1;

    /// <summary>The word that people and metrics see.</summary>
    public static string WordOf(FilterReason reason) => reason switch
    {
        FilterReason.Deadband => "deadband",
        FilterReason.RateLimit => "rate limit",
        FilterReason.Aggregated => "aggregated",
        FilterReason.Late => "late",
        FilterReason.NotConvertible => "not convertible",
        FilterReason.NotExtracted => "not extracted",
        _ => "filtered",
    };
}
