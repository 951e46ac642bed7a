namespace Meridian.Sdk.Faults;

/// <summary>
/// The one exception that a connector throws. Its message names the thing, the value, the limit and the way out; it is
/// shown to the user as it is.
/// </summary>
public sealed class ConnectorException : Exception
{
    /// <summary>Makes a fault whose transience follows from its kind.</summary>
    /// <param name="fault">What is wrong.</param>
    /// <param name="message">The message for the user, a whole sentence.</param>
    /// <param name="innerException">The cause.</param>
    public ConnectorException(Fault fault, string message, Exception? innerException = null)
        : this(fault, fault is not (Fault.Misconfigured or Fault.Rejected), message, innerException)
    {
    }

    /// <summary>Makes a fault and says whether trying again can help.</summary>
    /// <param name="fault">What is wrong.</param>
    /// <param name="isTransient">Whether the same call may succeed later without a change by anyone here.</param>
    /// <param name="message">The message for the user, a whole sentence.</param>
    /// <param name="innerException">The cause.</param>
    public ConnectorException(Fault fault, bool isTransient, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Fault = fault;
        IsTransient = isTransient;
    }

    /// <summary>What is wrong.</summary>
    public Fault Fault { get; }

    /// <summary>Whether trying again can help. This bit alone decides between retry and stop until changed.</summary>
    public bool IsTransient { get; }
}
