namespace Meridian.Mqtt.Session;

/// <content>An application that could not take what it was given.</content>
internal sealed partial class InboundSession
{
    /// <summary>
    /// The application failed at a message that it has not acknowledged and wants it once more, also one that <see
    /// cref="Keep"/> was said of.
    /// </summary>
    /// <returns>True when the living connection has to end for that: on one connection nothing is sent twice.</returns>
    public bool TakeBack(uint epoch, uint sequence)
    {
        if (epoch == Epoch)
        {
            if (!IsInLine(sequence) || PlaceOf(sequence).Stage != Stage.Waits)
            {
                return false; // It was acknowledged before.
            }

            ref var place = ref PlaceOf(sequence);
            place = place with { IsKept = false };
            return true;
        }

        if (!_carried.TryGet(sequence, out var carried) || carried.IsSafe)
        {
            return false; // At QoS 1 it comes again in any case; otherwise the server has forgotten it.
        }

        _carried.Change(carried with { IsKept = false });
        return carried.SequenceNow is not null; // It came already and was held back, since it was known here.
    }
}
