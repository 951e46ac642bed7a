using Meridian.Transforms.Selecting;

namespace Meridian.Transforms;

/// <summary>
/// One link of a chain: the transform, which entries it is for, and what comes behind it. An entry runs through the
/// whole chain before the next one begins, so the order of positions needs no care anywhere.
/// </summary>
internal sealed class TransformLink(ITransform transform, Selection? when, TransformLink? next, TransformResult result)
{
    /// <summary>The transform.</summary>
    public ITransform Transform { get; } = transform;

    /// <summary>Takes an entry from the link before; those that the transform is not for go by.</summary>
    public void Take(in TransformEntry entry)
    {
        if (when is null || when.Matches(entry))
        {
            Transform.Apply(entry, this);
        }
        else
        {
            Pass(entry);
        }
    }

    /// <summary>Passes an entry on to the next link, or out.</summary>
    public void Pass(in TransformEntry entry)
    {
        if (next is null)
        {
            result.Leave(entry);
        }
        else
        {
            next.Take(entry);
        }
    }

    /// <summary>Takes an entry out, with the reason.</summary>
    public void Filter(in TransformEntry entry, FilterReason reason)
    {
        // A derived one was never anybody's datum: nothing is missing when it does not leave.
        if (!entry.IsDerived)
        {
            result.Filter(reason);
        }
    }
}
