using System.Globalization;
using Meridian.Connectors.Mqtt.Connection;
using Meridian.Connectors.Mqtt.South.Routing;
using Meridian.Mqtt;
using Meridian.Sdk.Faults;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Mqtt.South;

/// <content>
/// Which items are subscribed. While their filters do not overlap, a message's topic tells its item. Once two do, which
/// needs MQTT 5.0, each subscription gets an identifier, and the broker says with each copy which ones it is for.
/// </content>
internal sealed partial class MqttSouth
{
    /// <summary>Filters per SUBSCRIBE: well below any broker's packet limit.</summary>
    private const int FiltersPerPacket = 500;

    /// <summary>SUBSCRIBEs on their way at once where each filter has one of its own.</summary>
    private const int PacketsOnTheWay = 64;

    private readonly Dictionary<string, RoutedItem> _items = new(StringComparer.Ordinal);
    private readonly Dictionary<uint, RoutedItem> _byIdentifier = [];
    private readonly Dictionary<string, uint> _identifiers = new(StringComparer.Ordinal);
    private bool _hasIdentifiers;

    /// <inheritdoc/>
    public async Task SubscribeAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken)
    {
        var added = Compile(items);
        foreach (var item in added)
        {
            _items[item.Name] = item;
        }

        if (!_hasIdentifiers && FindOverlap() is { } overlap)
        {
            DemandIdentifiers(overlap.One, overlap.Other);
            _hasIdentifiers = true;
            added = [.. _items.Values]; // Those that have a subscription get an identifier, too.
        }

        if (_hasIdentifiers)
        {
            Identify(added);
        }

        // Before SUBSCRIBE, because a persistent session sends what waits as soon as it is connected.
        UseRoutes();
        await (_hasIdentifiers
            ? SubscribeApartAsync(added, cancellationToken)
            : SubscribeTogetherAsync(added, cancellationToken)).ConfigureAwait(false);
        await TellPresenceAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task UnsubscribeAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var part in items.Chunk(FiltersPerPacket))
            {
                await Client.UnsubscribeAsync([.. part.Select(FilterOf)], cancellationToken).ConfigureAwait(false);
            }
        }
        catch (MqttException error)
        {
            throw MqttFaults.From(error, _settings);
        }

        foreach (var item in items)
        {
            if (_items.Remove(item.Name, out var gone) && _identifiers.Remove(item.Name, out var identifier))
            {
                _byIdentifier.Remove(identifier);
            }
        }

        UseRoutes();
        await TellPresenceAsync(cancellationToken).ConfigureAwait(false);
    }

    private void ForgetItems()
    {
        _hearsState = false;
        _items.Clear();
        _byIdentifier.Clear();
        _identifiers.Clear();
        _hasIdentifiers = false;
    }

    private void UseRoutes() => _receiver.Use(
        new ItemRoutes(_items.Values, new Dictionary<uint, RoutedItem>(_byIdentifier), _context.Name));

    private string FilterOf(Item item)
    {
        var filter = ((MqttItemSettings)item.Settings).Topic;
        return _context.IsTest ? RoutedItem.PatternOf(filter) : filter;
    }

    /// <summary>A test never joins a share: it would take messages from those who run.</summary>
    private MqttSubscriptionRequest RequestOf(RoutedItem item) =>
        _context.IsTest ? item.Subscription with { Filter = item.Pattern } : item.Subscription;

    private (RoutedItem One, RoutedItem Other)? FindOverlap()
    {
        var seen = new FilterTree<RoutedItem>();
        foreach (var item in _items.Values)
        {
            if (seen.FindOverlap(item.Pattern) is { } other)
            {
                return (item, other);
            }

            seen.Add(item.Pattern, item);
        }

        return null;
    }

    private void DemandIdentifiers(RoutedItem one, RoutedItem other)
    {
        if (_connected is not { IsSubscriptionIdentifierAvailable: true })
        {
            throw new ConnectorException(
                Fault.Misconfigured,
                $"The topic filters of items '{one.Name}' and '{other.Name}' overlap, and broker "
                + $"{ConnectionSetup.NameOf(_settings)} has no Subscription Identifiers, without which a message "
                + "cannot tell which item it is for. Narrow one of the filters.");
        }
    }

    /// <summary>
    /// The same filter has the same number in every run, since messages that waited at the broker carry the one of the
    /// run that subscribed.
    /// </summary>
    private void Identify(IEnumerable<RoutedItem> items)
    {
        foreach (var item in items)
        {
            var identifier = MqttSubscriptionIdentifier.Of(item.Subscription.Filter);
            while (_byIdentifier.TryGetValue(identifier, out var holder)
                && !string.Equals(holder.Name, item.Name, StringComparison.Ordinal))
            {
                identifier = MqttSubscriptionIdentifier.Next(identifier);
            }

            _byIdentifier[identifier] = item;
            _identifiers[item.Name] = identifier;
        }
    }

    private async Task SubscribeTogetherAsync(IReadOnlyList<RoutedItem> items, CancellationToken cancellationToken)
    {
        foreach (var part in items.Chunk(FiltersPerPacket))
        {
            try
            {
                var answers = await Client.SubscribeAsync([.. part.Select(RequestOf)], cancellationToken)
                    .ConfigureAwait(false);
                for (var i = 0; i < part.Length; i++)
                {
                    Report(part[i], answers[i]);
                }
            }
            catch (MqttException error)
            {
                throw MqttFaults.From(error, _settings);
            }
        }
    }

    /// <summary>An identifier is that of a whole SUBSCRIBE (MQTT 5.0 §3.8.2.1.2).</summary>
    private async Task SubscribeApartAsync(IReadOnlyList<RoutedItem> items, CancellationToken cancellationToken)
    {
        foreach (var part in items.Chunk(PacketsOnTheWay))
        {
            try
            {
                var answers = await Task
                    .WhenAll(part.Select(item => Client.SubscribeAsync(
                        RequestOf(item), _identifiers[item.Name], cancellationToken)))
                    .ConfigureAwait(false);
                for (var i = 0; i < part.Length; i++)
                {
                    Report(part[i], answers[i]);
                }
            }
            catch (MqttException error)
            {
                throw MqttFaults.From(error, _settings);
            }
        }
    }

    private void Report(RoutedItem item, MqttSubscribeResult answer)
    {
        var asked = item.Subscription;
        _context.ReportItem(item.Name, answer switch
        {
            { IsGranted: false } =>
                $"The broker refuses the subscription to '{asked.Filter}'; look at its access rights.",
            _ when answer.GrantedQos < asked.Qos => string.Create(
                CultureInfo.InvariantCulture,
                $"The broker grants '{asked.Filter}' only QoS {(int)answer.GrantedQos} in place of {(int)asked.Qos}."),
            _ => null,
        });
    }

    private List<RoutedItem> Compile(IReadOnlyList<Item> items)
    {
        var compiled = new List<RoutedItem>(items.Count);
        foreach (var item in items)
        {
            if (RoutedItem.TryCompile(item, out var routed, out var problems))
            {
                compiled.Add(routed);
            }
            else
            {
                _context.ReportItem(item.Name, problems[0].Message);
            }
        }

        return compiled;
    }
}
