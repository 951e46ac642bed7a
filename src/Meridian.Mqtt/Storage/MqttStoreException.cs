namespace Meridian.Mqtt.Storage;

/// <summary>A session store cannot do its duty: what the call was about is not stored.</summary>
public class MqttStoreException : MqttException
{
    /// <summary>Makes one.</summary>
    /// <param name="message">What failed and what may help.</param>
    /// <param name="isTransient">Whether the same call may succeed later with nothing changed.</param>
    /// <param name="inner">What the system said.</param>
    public MqttStoreException(string message, bool isTransient = true, Exception? inner = null)
        : base(message, inner) => IsTransient = isTransient;

    /// <inheritdoc/>
    public override bool IsTransient { get; }
}

/// <summary>Another process holds the store. Stop that process, or choose another directory.</summary>
public sealed class MqttStoreLockedException : MqttStoreException
{
    internal MqttStoreLockedException(string directory, int? processId, Exception? inner = null)
        : base(
            $"The session store '{directory}' is held by {(processId is { } id ? $"process {id}" : "another process")}."
            + " Stop that process or choose another directory.",
            isTransient: true,
            inner) => ProcessId = processId;

    /// <summary>The id of the process that holds the store; null when it cannot be read.</summary>
    public int? ProcessId { get; }
}
