namespace Meridian.Connectors.Modbus.Planning;

/// <summary>
/// Joins items to as few requests as their addresses, the gap limit and the device's limits allow. Pure.
/// </summary>
internal static class RequestPlanner
{
    /// <summary>Plans the requests for some items.</summary>
    /// <param name="items">The items; each takes no more than one request may ask for.</param>
    /// <param name="limits">What a request may ask for.</param>
    /// <returns>
    /// Requests by unit, kind and address. Each item is served by exactly one of them; none reads across units or
    /// kinds, beyond the limits, or in vain beyond the gap.
    /// </returns>
    public static IReadOnlyList<PlannedRequest> Plan(IEnumerable<PlannedItem> items, in PlanLimits limits)
    {
        var sorted = items
            .OrderBy(static item => item.UnitId)
            .ThenBy(static item => item.Kind)
            .ThenBy(static item => item.Address)
            .ToArray();
        var requests = new List<PlannedRequest>();
        var (first, end) = (0, 0);
        for (var i = 0; i < sorted.Length; i++)
        {
            var item = sorted[i];
            if (i > first && !Joins(sorted[first], end, item, limits))
            {
                requests.Add(new PlannedRequest(sorted[first..i]));
                first = i;
            }

            end = i == first ? item.End : Math.Max(end, item.End);
        }

        if (sorted.Length > 0)
        {
            requests.Add(new PlannedRequest(sorted[first..]));
        }

        return requests;
    }

    /// <summary>Whether an item can be read with those from <paramref name="first"/> up to an end.</summary>
    private static bool Joins(PlannedItem first, int end, PlannedItem item, in PlanLimits limits) =>
        item.UnitId == first.UnitId
        && item.Kind == first.Kind
        && item.Address - end <= limits.GapOf(item.Kind)
        && Math.Max(end, item.End) - first.Address <= limits.MaxOf(item.Kind);
}
