namespace Meridian.Mqtt.Session;

/// <summary>Publications in order; any of them leaves in constant time. A publication is in one list at most.</summary>
internal sealed class PublicationList
{
    public Publication? First { get; private set; }

    public Publication? Last { get; private set; }

    public int Count { get; private set; }

    public void Append(Publication publication)
    {
        publication.Previous = Last;
        publication.Next = null;
        if (Last is null)
        {
            First = publication;
        }
        else
        {
            Last.Next = publication;
        }

        Last = publication;
        Count++;
    }

    public void Remove(Publication publication)
    {
        if (publication.Previous is null)
        {
            First = publication.Next;
        }
        else
        {
            publication.Previous.Next = publication.Next;
        }

        if (publication.Next is null)
        {
            Last = publication.Previous;
        }
        else
        {
            publication.Next.Previous = publication.Previous;
        }

        publication.Previous = publication.Next = null;
        Count--;
    }
}
