namespace Meridian.Configuration.Edits;

/// <summary>A change does not fit the configuration that it shall change: what it names is not there.</summary>
public sealed class ConfigurationEditException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="message">What does not fit and the way out; a whole sentence.</param>
    public ConfigurationEditException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">What does not fit and the way out; a whole sentence.</param>
    /// <param name="innerException">What was met.</param>
    public ConfigurationEditException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes one without words of its own.</summary>
    public ConfigurationEditException()
    {
    }
}
