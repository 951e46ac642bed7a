namespace Meridian.Journal.Faults;

/// <summary>What a journal throws when it cannot do its duty. Damage is not among it: damage is counted and
/// passed.</summary>
public abstract class JournalException : Exception
{
    private protected JournalException(string message, bool isTransient, Exception? innerException = null)
        : base(message, innerException) => IsTransient = isTransient;

    /// <summary>Whether trying again can help without a change by anyone.</summary>
    public bool IsTransient { get; }
}

/// <summary>Another process holds the folder. Stop that process, or choose another folder.</summary>
public sealed class JournalLockedException : JournalException
{
    internal JournalLockedException(string folder, int? processId, Exception? innerException = null)
        : base(
            processId is { } id
                ? $"The journal '{folder}' is held by process {id}. Stop that process or choose another folder."
                : $"The journal '{folder}' is held by another process. Stop that process or choose another folder.",
            isTransient: true,
            innerException) => ProcessId = processId;

    /// <summary>The id of the process that holds the folder; null when it cannot be read.</summary>
    public int? ProcessId { get; }
}

/// <summary>The folder was written by a newer version of this program. Run that one; nothing was changed.</summary>
public sealed class JournalUnsupportedVersionException : JournalException
{
    internal JournalUnsupportedVersionException(string file, long found, long known)
        : base(
            $"'{file}' has format version {found}; this program knows up to version {known}. Run the newer program.",
            isTransient: false) => FoundVersion = found;

    /// <summary>The version in the file.</summary>
    public long FoundVersion { get; }
}

/// <summary>
/// The journal was closed before an append became durable. The datum may or may not be stored; it was not acknowledged,
/// so its source must send it again.
/// </summary>
public sealed class JournalClosedException : JournalException
{
    internal JournalClosedException()
        : base("The journal was closed before the append became durable. Send it again after the next start.", true)
    {
    }
}
