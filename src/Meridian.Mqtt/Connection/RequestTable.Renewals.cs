using Meridian.Mqtt.Session;

namespace Meridian.Mqtt.Connection;

/// <content>What a connection's server is asked for without a call that waits: declared streams, and all that it has
/// lost.</content>
internal sealed partial class RequestTable
{
    // Each takes a Packet Identifier; publications need some too.
    private const int MaxRenewalsOnTheWay = 64;

    private readonly Queue<string> _renewals = new();
    private int _renewalsOnTheWay;

    /// <summary>
    /// A server without the session hears all wanted filters, before anything is published; one that has it hears
    /// which are left meanwhile, and those that it does not know yet. Under the gate.
    /// </summary>
    public void OnConnected(Link link, bool isSessionPresent)
    {
        if (isSessionPresent)
        {
            foreach (var chunk in _toLeave.Chunk(SubscriptionBook.FiltersPerPacket))
            {
                WriteUnsubscribe(link, new Request([], chunk, ++_turn) { IsLeaving = true });
            }
        }

        _toLeave.Clear();
        _refusals.Clear();
        _renewals.Clear();
        _book.OnConnected(isSessionPresent);
        foreach (var filter in _book.ToAsk(link.Result.IsSubscriptionIdentifierAvailable))
        {
            _renewals.Enqueue(filter);
        }

        Renew(link);
    }

    private void Renew(Link link)
    {
        while (_renewalsOnTheWay < MaxRenewalsOnTheWay && state.Identifiers.InUse < state.Identifiers.Max
            && NextRenewal(link) is { } request)
        {
            _renewalsOnTheWay++;
            WriteSubscribe(link, request);
        }

        link.Wake();
    }

    /// <summary>As many filters as go into one SUBSCRIBE: those with a Subscription Identifier alone.</summary>
    private Request? NextRenewal(Link link)
    {
        var hasIdentifiers = link.Result.IsSubscriptionIdentifierAvailable;
        var together = new List<MqttSubscriptionRequest>();
        while (together.Count < SubscriptionBook.FiltersPerPacket && _renewals.TryPeek(out var filter))
        {
            if (!_book.TryGet(filter, out var wanted) || !wanted.MustBeAsked(hasIdentifiers) || IsLeftSince(wanted))
            {
                _renewals.Dequeue(); // Left or asked for meanwhile.
                continue;
            }

            var isAlone = hasIdentifiers && wanted.Identifier != 0;
            if (isAlone && together.Count > 0)
            {
                break;
            }

            _renewals.Dequeue();
            var request = wanted.RequestNow;
            if (link.Limits.FindRefusal([request]) is { } refusal)
            {
                Refuse(wanted, refusal);
                continue;
            }

            wanted.Standing = FilterStanding.Asked;
            together.Add(request);
            if (isAlone)
            {
                return new Request(together, [], ++_turn) { IsRenewal = true, Identifier = wanted.Identifier };
            }
        }

        return together.Count == 0 ? null : new Request(together, [], ++_turn) { IsRenewal = true };
    }

    /// <summary>An UNSUBSCRIBE of the application is on its way.</summary>
    private bool IsLeftSince(WantedFilter wanted) => _latest.TryGetValue(wanted.Request.Filter, out var latest)
        && latest.Filters.Count > 0 && latest.Turn > wanted.Turn;
}
