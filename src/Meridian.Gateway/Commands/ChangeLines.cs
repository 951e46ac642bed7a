using Meridian.Engine.Reconciling;

namespace Meridian.Gateway.Commands;

/// <summary>What a change of the configuration does, in words, a line each.</summary>
internal static class ChangeLines
{
    /// <summary>Writes the lines; one that says so where nothing is touched.</summary>
    public static IEnumerable<string> Of(ConfigurationChange change)
    {
        if (change.IsNone)
        {
            return ["Nothing that runs is touched."];
        }

        return
        [
            .. change.Souths.Select(static south => Of("South", south, "stops.", "is removed.")),
            .. change.Norths.Select(static north => Of(
                "North",
                north,
                "stops; what waits for it stays where it is.",
                "is removed; what waits for it is let go.")),
            .. change.Gateway.Count == 0
                ? Array.Empty<string>()
                : [$"The gateway goes on with another {string.Join(", ", change.Gateway)}."],
            .. change.AtNextStart.Count == 0
                ? Array.Empty<string>()
                : [$"At the next start of the gateway only: {string.Join(", ", change.AtNextStart)}."],
        ];
    }

    private static string Of(string side, ConnectorChange change, string stops, string isRemoved)
    {
        var what = string.Join(", ", change.Settings.Concat(Items(change)));
        var tail = what.Length == 0 ? "." : $": {what}.";
        return $"{side} '{change.Name}' " + change.Kind switch
        {
            ConnectorChangeKind.Starts => "starts.",
            ConnectorChangeKind.Restarts => $"restarts{tail}",
            ConnectorChangeKind.GoesOn => $"goes on without a reconnect{tail}",
            ConnectorChangeKind.Stops => stops,
            _ => isRemoved,
        };
    }

    private static IEnumerable<string> Items(ConnectorChange change) =>
        new[]
            {
                (Count: change.ItemsAdded, Word: "added"),
                (Count: change.ItemsChanged, Word: "changed"),
                (Count: change.ItemsRemoved, Word: "removed"),
            }
            .Where(static one => one.Count > 0)
            .Select(static one => $"{Counted.Of(one.Count, "item")} {one.Word}");
}
