using System.Globalization;
using Meridian.EndToEnd.Tests.Flows;
using Meridian.Fixtures;

namespace Meridian.EndToEnd.Tests.BadInput;

/// <summary>A journal that is full because its only North cannot deliver.</summary>
public sealed class FullJournalTests
{
    // Together some 100 MB of text that does not compress: more than the least journal, 64 MiB, may hold.
    private const int Messages = 25_000;
    private const int PayloadBytes = 4_000;

    // Twice 1.5 times the keep-alive of 2 s: a broker that heard nothing would have closed the connection.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task Journal_Full_BlocksWhileKeepAliveIsAnsweredAndDeliversAllLater()
    {
        await using var flow = await Flow.StartAsync(new FlowOptions(Messages) { HasOwnPostgres = true });
        flow.Configure(
            """{ "name": "words", "topic": "plant/words", "payload": { "format": "text" } }""",
            [flow.PostgresNorth()],
            """{ "maxBytes": "64 MiB", "segmentBytes": "4 MiB" }""");
        await flow.StartGatewayAsync("plant/words");
        await flow.Postgres.StopAsync();

        await MosquittoClients.PublishAsync(flow.Source.Port, "plant/words", Payloads());
        await UntilStillAsync(Path.Combine(flow.DataFolder, "journal"));

        Assert.InRange(SizeOf(Path.Combine(flow.DataFolder, "journal")), 32L << 20, 72L << 20);
        Assert.DoesNotContain("timeout", flow.Source.Log, StringComparison.Ordinal);
        Assert.DoesNotContain($"{FlowConfiguration.SouthClientId} closed", flow.Source.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(
            $"{FlowConfiguration.SouthClientId} disconnected", flow.Source.Log, StringComparison.Ordinal);

        await flow.Postgres.StartAgainAsync();
        await Deadline.UntilAsync(
            async () => await CountAsync(flow) == Messages, "all rows are stored", TimeSpan.FromMinutes(2));
        var account = await flow.StopGatewayAsync();
        Assert.Equal(new AccountLine(Messages, Messages, 0, 0, 0, 0), account);
        Assert.Equal(
            Messages,
            await flow.Postgres.AskAsync<long>(flow.Database, "SELECT count(DISTINCT left(text, 8)) FROM readings"));
    }

    private static async Task<long> CountAsync(Flow flow) =>
        await flow.Postgres.AskAsync<bool>(flow.Database, "SELECT to_regclass('readings') IS NOT NULL")
            ? await flow.Postgres.AskAsync<long>(flow.Database, "SELECT count(*) FROM readings")
            : 0;

    private static IEnumerable<string> Payloads()
    {
        var random = new Random(1);
        var noise = new byte[(PayloadBytes - 8) / 2];
        for (var i = 0; i < Messages; i++)
        {
            random.NextBytes(noise);
            yield return string.Create(CultureInfo.InvariantCulture, $"{i:D8}{Convert.ToHexString(noise)}");
        }
    }

    /// <summary>Waits until the journal has rested for as long as it takes to cut a silent client off.</summary>
    private static Task UntilStillAsync(string folder)
    {
        var (size, since) = (-1L, TimeProvider.System.GetTimestamp());
        return Deadline.UntilAsync(
            () =>
            {
                var now = SizeOf(folder);
                if (now != size)
                {
                    (size, since) = (now, TimeProvider.System.GetTimestamp());
                }

                return TimeProvider.System.GetElapsedTime(since) > Silence;
            },
            "the full journal takes no more",
            TimeSpan.FromMinutes(1));
    }

    private static long SizeOf(string folder) => new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length);
}
