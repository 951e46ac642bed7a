using System.Buffers;
using System.Diagnostics;
using System.Threading.Channels;
using Meridian.Engine.Groups;
using Meridian.Journal;
using Meridian.Readings;
using Meridian.Sdk.Intakes;

namespace Meridian.Engine.Souths;

/// <summary>
/// The intakes of one record: as many of readings as the limits allow, or one file. Belongs to the pump's loop; its
/// buffers are used again.
/// </summary>
internal sealed class JoinedIntakes
{
    /// <summary>
    /// Readings joined into one record: enough to make the record's overhead vanish, few enough that a cursor inside it
    /// is at most 10,000 behind.
    /// </summary>
    private const int MaxReadings = 10_000;

    /// <summary>Bytes after which a record takes no further intake.</summary>
    private const int MaxBytes = 1024 * 1024;

    private readonly ArrayBufferWriter<byte> _payload = new();
    private readonly ArrayBufferWriter<byte> _grouped = new();
    private readonly GroupRuns _groups = new();
    private readonly ReadingsEncoder _encoder = new();
    private readonly List<Intake> _intakes = [];
    private readonly List<JournalCheckpoint> _checkpoints = [];
    private JournalCheckpoint[] _checkpointArray = [];

    /// <summary>The intakes, in order.</summary>
    public IReadOnlyList<Intake> Intakes => _intakes;

    /// <summary>How many data they hold: readings, or one file.</summary>
    public int Count { get; private set; }

    /// <summary>The readings, encoded, with their groups where they have any.</summary>
    public ReadOnlyMemory<byte> Payload => (_groups.AreNeeded ? _grouped : _payload).WrittenMemory;

    /// <summary>What the record carries.</summary>
    public byte ContentType => File is not null ? RecordContent.File
        : _groups.AreNeeded ? RecordContent.GroupedReadings
        : RecordContent.Readings;

    /// <summary>The groups of the readings, run by run.</summary>
    public GroupRuns Groups => _groups;

    /// <summary>The file; null for readings.</summary>
    public JournalFile? File { get; private set; }

    /// <summary>The checkpoints, the last of each key.</summary>
    public ReadOnlyMemory<JournalCheckpoint> Checkpoints { get; private set; }

    /// <summary>Takes what waits and fits; at least one intake, which must be there.</summary>
    public void Take(ChannelReader<PendingIntake> waiting)
    {
        Clear();
        while (waiting.TryPeek(out var pending) && Fits(pending.Intake))
        {
            _ = waiting.TryRead(out _);
            Add(pending);
            if (File is not null)
            {
                break;
            }
        }

        if (Count > 0 && File is null)
        {
            _encoder.Finish(_payload);
            if (_groups.AreNeeded)
            {
                _groups.Write(_grouped);
                _grouped.Write(_payload.WrittenSpan);
            }
        }

        PackCheckpoints();
    }

    /// <summary>Forgets everything: what was lent may be used again.</summary>
    public void Clear()
    {
        _intakes.Clear();
        _checkpoints.Clear();
        _payload.ResetWrittenCount();
        _grouped.ResetWrittenCount();
        _groups.Clear();
        Checkpoints = default;
        File = null;
        Count = 0;
    }

    private bool Fits(Intake intake) => _intakes.Count == 0 || intake.Content switch
    {
        ReadingsContent readings => Count + readings.Readings.Length <= MaxReadings && _encoder.LengthBytes <= MaxBytes
            && !_groups.IsFull,
        _ => false,
    };

    private void Add(PendingIntake pending)
    {
        var intake = pending.Intake;
        switch (intake.Content)
        {
            case ReadingsContent { Readings.Length: > 0 } readings:
                _encoder.Add(readings.Readings.Span);
                AddGroups(readings);
                Count += readings.Readings.Length;
                break;
            case ReadingsContent:
                break;
            case FileContent:
                File = pending.File;
                Count = 1;
                break;
            default:
                throw new UnreachableException($"{intake.Content.GetType()} is no content; the family is closed.");
        }

        _intakes.Add(intake);
        foreach (var checkpoint in intake.Checkpoints)
        {
            _checkpoints.Add(new JournalCheckpoint(checkpoint.Key, checkpoint.Position));
        }
    }

    private void AddGroups(ReadingsContent content)
    {
        var left = content.Readings.Length;
        foreach (var run in content.Groups)
        {
            var count = Math.Clamp(run.Count, 0, left);
            _groups.Add(count, run.Group);
            left -= count;
        }

        _groups.Add(left, null);
    }

    /// <summary>A key that comes again stands for what came last; a record has room for one of each.</summary>
    private void PackCheckpoints()
    {
        if (_checkpoints.Count == 0)
        {
            return;
        }

        if (_checkpointArray.Length < _checkpoints.Count)
        {
            _checkpointArray = new JournalCheckpoint[Math.Max(_checkpoints.Count, 2 * _checkpointArray.Length)];
        }

        var count = 0;
        var seen = _intakes.Count > 1 ? new HashSet<string>(StringComparer.Ordinal) : null;
        for (var i = _checkpoints.Count - 1; i >= 0; i--)
        {
            if (seen?.Add(_checkpoints[i].Key) != false)
            {
                _checkpointArray[count++] = _checkpoints[i];
            }
        }

        Checkpoints = _checkpointArray.AsMemory(0, count);
    }
}

/// <summary>An intake on its way to the journal.</summary>
/// <param name="Intake">What was offered.</param>
/// <param name="File">Where the journal has put its file; null for readings.</param>
internal sealed record PendingIntake(Intake Intake, JournalFile? File);
