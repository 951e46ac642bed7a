using Meridian.Configuration;
using Meridian.Journal;
using Meridian.Journal.Cursors;

namespace Meridian.Engine.Norths;

/// <summary>How far a North may be behind, in the journal's words.</summary>
internal static class NorthLag
{
    /// <summary>What happens to its cursor at a limit.</summary>
    public static CursorLimitPolicy PolicyOf(LagConfig lag) =>
        lag.WhenFull == LagPolicy.DropOldest ? CursorLimitPolicy.DropOldest : CursorLimitPolicy.Block;

    /// <summary>How its cursor is opened. One that blocks has no limit here: <see cref="GuardOf"/> has it.</summary>
    public static JournalCursorOptions OptionsOf(LagConfig lag) => lag.WhenFull == LagPolicy.DropOldest
        ? new JournalCursorOptions
        {
            MaxLagBytes = lag.MaxBytes?.Bytes,
            MaxLagData = lag.MaxData,
            MaxLagAge = lag.MaxAge,
            Policy = CursorLimitPolicy.DropOldest,
        }
        : new JournalCursorOptions();

    /// <summary>What lets its Souths wait; null where only the journal's own limit does.</summary>
    public static LagGuard? GuardOf(LagConfig lag, JournalLog journal, string northId) =>
        lag.WhenFull == LagPolicy.Block && (lag.MaxBytes is not null || lag.MaxData is not null)
            ? new LagGuard(journal, northId, lag.MaxBytes?.Bytes, lag.MaxData)
            : null;
}
