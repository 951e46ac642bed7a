using Meridian.Transforms.State;

namespace Meridian.Transforms;

/// <summary>
/// One transform of one chain. Decides by the data alone, never by a clock, so that the same entries give the same
/// output however they are cut into runs. One thread at a time.
/// </summary>
internal interface ITransform
{
    /// <summary>
    /// Takes one entry: passes it on, changed or not, once or several times; or filters it with a reason. It may pass
    /// on derived entries besides.
    /// </summary>
    /// <param name="entry">The entry.</param>
    /// <param name="link">Where to.</param>
    void Apply(in TransformEntry entry, TransformLink link);
}

/// <summary>A transform that remembers: what it does with an entry depends on those before it.</summary>
internal interface IRemembers : ITransform
{
    /// <summary>Writes everything it remembers.</summary>
    void Save(StateWriter writer);

    /// <summary>Takes up what <see cref="Save"/> wrote in place of what it remembers.</summary>
    /// <returns>False when the bytes are not what it would write; it then remembers nothing.</returns>
    bool Load(ref StateReader reader);

    /// <summary>Forgets everything.</summary>
    void Clear();

    /// <summary>The stream ends for good: what is held back goes out as derived entries.</summary>
    /// <param name="position">The position they go out after.</param>
    /// <param name="link">Where to.</param>
    void Finish(long position, TransformLink link);
}
