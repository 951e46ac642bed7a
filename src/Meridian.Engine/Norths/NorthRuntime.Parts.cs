using Meridian.Configuration;
using Meridian.Engine.Norths.Sending;
using Meridian.Engine.Norths.Transforming;
using Meridian.Engine.Replays;
using Meridian.Engine.Supervision;
using Meridian.Journal;
using Meridian.Journal.Cursors;
using Meridian.Sdk.North;
using Meridian.Transforms;

namespace Meridian.Engine.Norths;

/// <content>How its parts are put together.</content>
internal sealed partial class NorthRuntime
{
    private NorthPumpSettings SettingsOf(NorthConfig config, JournalLog journal)
    {
        var parallel = config.Batch.MaxParallelSends;
        return new NorthPumpSettings(
            journal.Id,
            Id,
            config.Batch.MaxReadings,
            config.Batch.MaxBytes?.Bytes ?? long.MaxValue,
            parallel,
            config.Transforms.Count > 0,
            ExactBatches.AreNeededBy(config.Manifest),
            new JournalReadLimits
            {
                MaxData = config.Batch.MaxReadings * parallel,
                MaxBytes = parallel > 1 ? parallel * ParallelReadBytes : 0,
            },
            file => new StirringStream(journal.OpenFile(file), _stall.Stir));
    }

    private NorthPump MakePump(NorthPumpSettings settings, EngineServices services)
    {
        var transforms = MakeTransforms(Cursor.Journal, Id, NorthLag.PolicyOf(_config.Lag), services.Time);
        var pending = new PendingReadings(IsRouted, _quarantine.Positions.Contains, transforms)
        {
            Times = Telemetry.Times,
        };
        var passage = new Passage(Cursor, pending, _quarantine, settings, Telemetry);
        var tries = new Tries(Board, _stall, Telemetry, services.Time, _logger);
        var refusals = new Refusals(_quarantine, Board, services.Time, _logger);
        var exact = new ExactBatches(
            Cursor,
            settings.NeedsExactBatches,
            ExactBatches.VersionOf(_config.Transforms));
        IValuesSends sends = settings.MaxParallelSends > 1
            ? new SendsInParallel(
                pending,
                passage,
                tries,
                refusals,
                _quarantine.Positions,
                settings,
                _pace,
                services.NewRetryBackoff,
                services.Time)
            : new SendsInOrder(
                pending,
                passage,
                tries,
                refusals,
                exact,
                settings,
                _pace,
                services.NewRetryBackoff(),
                services.Time);
        return new NorthPump(
            Cursor,
            pending,
            transforms,
            sends,
            exact,
            passage,
            tries,
            refusals,
            settings,
            _pace,
            _gate,
            services.NewRetryBackoff(),
            services.Time,
            _logger);
    }

    private QuarantineLane MakeLane(NorthPumpSettings settings, EngineServices services) => new(
        _quarantine,
        new QuarantineSend(_quarantine, Cursor, settings, _pace, _gate, _config.Name),
        settings.MaxReadings,
        services.NewRetryBackoff(),
        services.Time);

    /// <summary>Its replays go by its routes and its transforms too, but what those remember is their own.</summary>
    private ReplayLane MakeReplays(NorthPumpSettings settings, EngineServices services) => new(new ReplayNorth
    {
        Name = _config.Name,
        Settings = settings,
        Live = Cursor,
        Pace = _pace,
        Gate = _gate,
        Stall = _stall,
        IsRouted = IsRouted,
        MakeTransforms = (cursor, memory) => MakeTransforms(
            cursor, memory, CursorLimitPolicy.DropOldest, services.Time),
        NewBackoff = services.NewRetryBackoff,
        Time = services.Time,
        Logger = _logger,
    });

    /// <summary>Files go by them; a North that takes nothing else has none.</summary>
    /// <param name="live">The cursor whose data are transformed.</param>
    /// <param name="memoryOf">For whom it is kept what they remember.</param>
    /// <param name="policy">What happens to that at a limit.</param>
    /// <param name="time">The clock.</param>
    private TransformStage? MakeTransforms(
        JournalCursor live, string memoryOf, CursorLimitPolicy policy, TimeProvider time)
    {
        if (_config.Transforms.Count == 0 || !_config.Manifest.Capabilities.HasFlag(NorthCapabilities.Values))
        {
            return null;
        }

        if (!TransformChain.TryCreate(_config.Transforms, out var chain, out var problems))
        {
            throw new InvalidOperationException( // who read the configuration has checked it
                $"North '{_config.Name}': {problems[0].Path}: {problems[0].Message}");
        }

        _hasMemory = chain.Remembers;
        var memory = _hasMemory
            ? new TransformMemory(_journal, live, memoryOf, policy, time)
            : null;
        return new TransformStage(chain, memory, time, _config.Name, _logger);
    }
}
