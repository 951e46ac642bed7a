using Meridian.Fixtures;

namespace Meridian.EndToEnd.Tests.Flows;

/// <summary>What every flow owes, whatever happened on the way.</summary>
internal static class FlowExpectations
{
    /// <summary>
    /// Waits until all numbers reached the second tree, stops the gateway, and demands that nothing is lost anywhere:
    /// every journal position is in PostgreSQL once, and the CSV files hold exactly what PostgreSQL holds.
    /// </summary>
    /// <param name="flow">The flow.</param>
    /// <param name="expected">How many sequence numbers were published.</param>
    /// <param name="within">How long the second tree may take.</param>
    /// <returns>What lies in PostgreSQL.</returns>
    public static async Task<StoredReadings> NothingLostAsync(Flow flow, int expected, TimeSpan within)
    {
        await flow.Tree.WaitUntilAsync(expected, within);
        var account = await flow.StopGatewayAsync();

        var stored = await StoredReadings.ReadAsync(flow.Postgres, flow.Database);
        Assert.Equal(
            new StoredReadings(account.Received, expected, 0, expected - 1, account.Received, 0, account.Received - 1),
            stored);
        Assert.Equal(account.Received, account.Delivered);

        var rows = await StoredReadings.CountAsync(flow.Postgres, flow.Database, expected);
        var lines = CsvFiles.Count(flow.CsvFolder, expected);
        Assert.Empty(rows.Strangers);
        Assert.Empty(lines.Strangers);
        Assert.Empty(flow.Tree.Strangers);
        Assert.Equal("none", lines.DescribeMissing());
        Assert.True(
            rows.Copies.AsSpan().SequenceEqual(lines.Copies),
            $"The CSV files hold {lines.Distinct + lines.Repeats} lines, PostgreSQL {stored.Rows} rows.");
        Assert.True(flow.Tree.Repeats >= stored.Repeats, "The second tree has fewer copies than the journal.");
        return stored;
    }

    /// <summary>Publishes numbers through MQTT.js at a set rate; the process ends when all are acknowledged.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="count">How many, from 0.</param>
    /// <param name="rate">Messages a second.</param>
    public static Task<ChildProcess> StartPlantAsync(Flow flow, int count, int rate) =>
        NodeClients.StartPublishingAsync(
            new NodePublish(flow.Source.Port, "plant/documents", count) { Rate = rate, Topics = 40 });
}
