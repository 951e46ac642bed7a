using Meridian.Connectors.Http.North;
using Meridian.Connectors.Http.Tests.Peers;
using Meridian.Fixtures;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Http.Tests.North;

/// <summary>Effectively once: what is sent again has the same key and the same bytes.</summary>
public sealed class HttpNorthIdempotencyTests
{
    private static CancellationToken None => CancellationToken.None;

    /// <summary>
    /// Some hundred batches against a server that loses answers, hangs, asks to wait and breaks off, at random: each
    /// reading is there once.
    /// </summary>
    [Fact]
    public Task HandleValues_AnswersLostAtRandom_EachReadingIsStoredOnce()
    {
        var seed = Seed.Draw();
        return RunAsync(seed);

        static async Task RunAsync(int seed)
        {
            try
            {
                var random = new Random(seed);
                await using var rig = await NorthRig.NewAsync();
                var store = new KeyedStore();
                rig.Server.Otherwise = (http, received) => random.Next(6) switch
                {
                    0 => store.TakeAndLoseAsync(http, received),
                    1 => Answers.Status(503)(http, received),
                    2 => Answers.Reset()(http, received),
                    _ => store.TakeAsync(http, received),
                };
                var north = await rig.ConnectAsync(rig.Settings with { MaxBodySize = new ByteSize(2_048) });
                for (var first = 0; first < 3_000; first += 60)
                {
                    while (!await TryAsync(north, NorthRig.Numbers(first, 60)))
                    {
                        await north.DisconnectAsync(None);
                        await north.ConnectAsync(None);
                    }
                }

                Assert.Empty(store.Mistakes);
                Assert.True(store.RepeatCount > 0);
                Assert.Equal(Enumerable.Range(0, 3_000).Select(static i => (long)i), store.Numbers);
            }
            catch (Exception error)
            {
                throw Seed.Failure(seed, error);
            }
        }
    }

    private static async Task<bool> TryAsync(HttpNorth north, ValuesBatch batch)
    {
        try
        {
            return (await north.HandleValuesAsync(batch, None)).Kind == DeliveryOutcomeKind.Delivered;
        }
        catch (ConnectorException fault) when (fault.IsTransient)
        {
            return false;
        }
    }
}
