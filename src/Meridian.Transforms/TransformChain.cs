using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Meridian.Sdk.Settings;
using Meridian.Transforms.Selecting;
using Meridian.Transforms.State;

namespace Meridian.Transforms;

/// <summary>
/// The transforms of one North, in order. Pure: what leaves is decided by the entries alone, in the order of their
/// positions, however they are cut into runs. One thread at a time.
/// </summary>
/// <remarks>
/// What the chain remembers is always that of the last entry that ran. To know it as of an earlier one, load what was
/// saved before it and run the entries up to it again. After a restart, load what was saved, run all entries since then
/// again, and let go of what leaves at positions that were committed already.
/// </remarks>
public sealed class TransformChain
{
    private readonly TransformLink[] _links;
    private readonly ChainState _state;

    private TransformChain(IReadOnlyList<TransformSettings> transforms)
    {
        _links = new TransformLink[transforms.Count];
        TransformLink? next = null;
        for (var index = transforms.Count - 1; index >= 0; index--)
        {
            var settings = transforms[index];
            var when = settings.When is null ? null : new Selection(settings.When);
            next = new TransformLink(TransformKind.Of(settings)[0].Create(), when, next, Result);
            _links[index] = next;
        }

        _state = new ChainState(transforms, [.. _links.Select(link => link.Transform)]);
    }

    /// <summary>What has left and what has not, since it was cleared; clear it when its data are gone.</summary>
    public TransformResult Result { get; } = new();

    /// <summary>Whether there is anything to save.</summary>
    public bool Remembers => _state.IsNeeded;

    /// <summary>Builds a chain.</summary>
    /// <param name="transforms">The settings.</param>
    /// <param name="chain">The chain; null when there are problems.</param>
    /// <param name="problems">Everything that is wrong; empty when nothing is.</param>
    /// <returns>Whether it could be built.</returns>
    public static bool TryCreate(
        IReadOnlyList<TransformSettings> transforms,
        [NotNullWhen(true)] out TransformChain? chain,
        out IReadOnlyList<SettingsProblem> problems)
    {
        problems = [.. TransformSettings.Validate(transforms)];
        chain = problems.Count == 0 ? new TransformChain(transforms) : null;
        return chain is not null;
    }

    /// <summary>
    /// Runs entries, in ascending order of their positions and all behind those that ran before; what becomes of them
    /// is added to <see cref="Result"/>.
    /// </summary>
    public void Run(ReadOnlySpan<TransformEntry> entries)
    {
        foreach (ref readonly var entry in entries)
        {
            Run(entry);
        }
    }

    /// <summary>Runs one entry.</summary>
    public void Run(in TransformEntry entry)
    {
        Result.Begin();
        if (_links.Length == 0)
        {
            Result.Leave(entry);
        }
        else
        {
            _links[0].Take(entry);
        }

        Result.End(entry.Position);
    }

    /// <summary>
    /// The stream ends here for good, as when the settings change or a sample was run: what transforms hold back, open
    /// windows, leaves as derived.
    /// </summary>
    /// <param name="position">The position of the last entry that ran; it is that of what leaves.</param>
    public void Finish(long position)
    {
        foreach (var link in _links)
        {
            (link.Transform as IRemembers)?.Finish(position, link);
        }
    }

    /// <summary>Writes what the chain remembers, as of the last entry that ran.</summary>
    public void Save(IBufferWriter<byte> output) => _state.Save(output);

    /// <summary>
    /// Takes up what <see cref="Save"/> wrote in place of what the chain remembers. A part that is of other settings,
    /// of another version or damaged is left aside, and its transform begins as a new one does; never throws.
    /// </summary>
    /// <param name="state">The bytes; empty for a chain that never ran.</param>
    /// <returns>Whether nothing had to be left aside.</returns>
    public bool Load(ReadOnlySpan<byte> state) => _state.Load(state);
}
