using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;
using Meridian.Testing.Contract;
using Meridian.Testing.Peers;
using Meridian.Testing.Simulation;

namespace Meridian.Testing.Tests.Contract;

/// <summary>Each way to break the contract of a South fails the check that looks for it, in its words.</summary>
public sealed partial class BrokenSouthTests
{
    private static readonly ContractOptions Impatient = new()
    {
        Deadline = TimeSpan.FromSeconds(1),
        CancelWithin = TimeSpan.FromMilliseconds(300),
        LifeCount = 3,
        CancelPoints = 2,
    };

    private readonly SimulatedSouth _source = new();

    [Fact]
    public Task Connect_ThatNeverEnds_BreaksConnect() => BreaksAsync(
        "data flow", "IConnector.ConnectAsync", "has not ended", south => south.Connect = ForeverAsync);

    [Fact]
    public Task Disconnect_WithoutAConnectionThrowing_IsAMistake() => BreaksAsync(
        "life in every order", "IConnector", "InvalidOperationException: Not connected. (in the order: disconnect",
        south =>
        {
            var isConnected = false;
            Before(south, nameof(south.Connect), () => isConnected = true);
            Before(south, nameof(south.Disconnect), () => _ = isConnected
                ? true
                : throw new InvalidOperationException("Not connected."));
        });

    [Fact]
    public Task Stop_ThatFailsTheSecondTime_IsAMistake() => BreaksAsync(
        "life in every order", "IConnector", "ObjectDisposedException", south =>
        {
            var isStopped = false;
            Before(south, nameof(south.Stop), () =>
            {
                ObjectDisposedException.ThrowIf(isStopped, south);
                isStopped = true;
            });
        });

    [Fact]
    public Task Start_ThatConnects_BreaksStart() => BreaksAsync(
        "no network before connect", "IConnector.StartAsync", "the peer was connected to",
        south => south.Start = south.Connect);

    [Fact]
    public Task Disconnect_ThatForgetsTheConnection_BreaksDisconnect() => BreaksAsync(
        "life in every order", "IConnector.DisconnectAsync", "there are 1", south =>
            south.Disconnect = static _ => Task.CompletedTask);

    [Fact]
    public async Task Connect_ThatStartsAThreadForGood_BreaksStop()
    {
        using var end = new ManualResetEventSlim();
        await BreaksAsync(
            "nothing left behind", "IConnector.StopAsync", "one more for each life",
            south => Before(south, nameof(south.Connect), () =>
            {
                for (var i = 0; i < 3; i++)
                {
                    new Thread(() => end.Wait()) { IsBackground = true }.Start();
                }
            }));
        end.Set();
    }

    [Fact]
    public Task Connect_ThatLeavesATimer_BreaksStop() => BreaksAsync(
        "nothing left behind", "IConnector.StopAsync", "1 timers",
        (south, context) => Before(south, nameof(south.Connect), () =>
            _ = context.Time.CreateTimer(static _ => { }, null, TimeSpan.FromHours(1), TimeSpan.FromHours(1))));

    [Fact]
    public Task Instance_ThatReportsAfterItsStop_BreaksStop()
    {
        ISouthContext? last = null;
        return BreaksAsync(
            "data flow", "IConnector.StopAsync", "After stop it reported that it is connected", (_, context) =>
            {
                last?.ReportConnected();
                last = context.Inner;
            });
    }

    [Fact]
    public Task Connect_ThatDoesNotHearItsCancellation_BreaksTheToken() => BreaksAsync(
        "cancel connect everywhere", "CancellationToken", "it has not ended (after connect was cancelled", south =>
        {
            var connect = south.Connect;
            south.Connect = token => token.IsCancellationRequested ? ForeverAsync(default) : connect(token);
        });

    [Fact]
    public Task Connect_CancelledAndNotClosedByDisconnect_BreaksConnect() => BreaksAsync(
        "cancel connect everywhere", "IConnector.ConnectAsync", "there are 1", south =>
        {
            var connect = south.Connect;
            south.Connect = async token =>
            {
                await connect(CancellationToken.None);
                if (token.IsCancellationRequested)
                {
                    south.Disconnect = static _ => Task.CompletedTask;
                    throw new OperationCanceledException(token);
                }
            };
        });

    [Fact]
    public Task Query_CancelledAndUselessAfterwards_IsAMistake() => BreaksAsync(
        "cancel query last point everywhere", "IConnector", "was cancelled", south =>
        {
            var ask = south.LastPoint;
            south.LastPoint = (items, token) =>
            {
                if (token.IsCancellationRequested)
                {
                    south.Connect = static _ => throw new InvalidOperationException("Busy.");
                }

                return ask(items, token);
            };
        });

    [Fact]
    public Task Connect_WithAnAbsentPeerFailingForGood_BreaksConnect() => BreaksAsync(
        "peer absent", "IConnector.ConnectAsync", "it threw Misconfigured", south =>
            south.Connect = FailingAs(south.Connect, Fault.Misconfigured, "The source is not there at all."));

    [Fact]
    public Task Connect_FailingWithoutWords_BreaksTheFault() => BreaksAsync(
        "peer absent", "ConnectorException", "the message was 'failed'", south =>
            south.Connect = FailingAs(south.Connect, Fault.Unreachable, "failed"));

    [Fact]
    public Task Test_OfAnAbsentPeerThatSucceeds_BreaksTest() => BreaksAsync(
        "peer absent", "IConnector.TestConnectionAsync", "it returned", south =>
            south.Test = static _ => Task.FromResult<IReadOnlyList<Diagnostic>>([]));

    [Fact]
    public Task Subscriber_ThatDoesNotTellALoss_BreaksReportLost() => BreaksAsync(
        "peer dies and returns", "IConnectorContext.ReportLost", "nothing was reported",
        static (_, context) => context.Lost = static _ => { },
        typeof(IQueriesSubscription));

    [Fact]
    public Task Query_WithoutAPeerThatAnswers_BreaksTheQuery() => BreaksAsync(
        "peer dies and returns", "IQueriesLastPoint.QueryLastPointAsync", "it returned", south =>
        {
            var ask = south.LastPoint;
            south.LastPoint = async (items, token) =>
            {
                try
                {
                    return await ask(items, token);
                }
                catch (ConnectorException)
                {
                    var value = ReadingValue.From(LastValue());
                    return new ReadingsContent(
                        items.Select(item => new Reading(item.Name, DateTimeOffset.UnixEpoch, value)).ToArray());
                }
            };
        });

    [Fact]
    public Task Query_ThatHangsWhenThePeerDies_BreaksTheQuery() => BreaksAsync(
        "peer dies within query last point", "IQueriesLastPoint.QueryLastPointAsync", "has not ended", south =>
        {
            var ask = south.LastPoint;
            south.LastPoint = async (items, token) =>
            {
                try
                {
                    return await ask(items, token);
                }
                catch (ConnectorException)
                {
                    await ForeverAsync(token);
                    throw;
                }
            };
        });

    [Fact]
    public Task Test_ThatThrowsTheRunningOneOut_BreaksTest() => BreaksAsync(
        "test while running", "IConnector.TestConnectionAsync", "there are 0", south =>
            Before(south, nameof(south.Test), () =>
            {
                _source.Vanish();
                _source.Return();
            }));

    [Fact]
    public Task Test_ThatLeavesItsConnection_BreaksTest() => BreaksAsync(
        "test while running", "IConnector.TestConnectionAsync", "there are 2", south =>
            Before(south, nameof(south.Test), () => _source.Peer.Open()));

    [Fact]
    public Task Test_ThatTakesTheRunningOnesData_BreaksIsTest() => BreaksAsync(
        "test while running", "IConnectorContext.IsTest", "are missing", (south, context) =>
        {
            if (context.IsTest)
            {
                Before(south, nameof(south.Connect), () => _source.Feed.Unsubscribe(["line1/a"]));
            }
        });

    [Fact]
    public Task Unsubscribe_ThatDoesNothing_BreaksUnsubscribe() => BreaksAsync(
        "items change while running", "IQueriesSubscription.UnsubscribeAsync", "its next value came", south =>
            south.Unsubscribe = static (_, _) => Task.CompletedTask);

    [Fact]
    public Task Items_RememberedOverAConnection_BreakSubscribe() => BreaksAsync(
        "items change while away", "IQueriesSubscription.SubscribeAsync", "its next value came", south =>
        {
            var known = new HashSet<Item>();
            var subscribe = south.Subscribe;
            south.Subscribe = (items, token) =>
            {
                known.UnionWith(items);
                return subscribe([.. known], token);
            };
        });

    [Fact]
    public Task Source_AcknowledgedBeforeTheReceipt_BreaksStored() => BreaksAsync(
        "unstored comes again", "IReceipt.Stored", "acknowledged early", static (_, context) =>
            context.Offer = (intake, token) =>
            {
                intake.Receipt?.Stored();
                return context.Inner.Intakes.OfferAsync(intake with { Receipt = new NoReceipt() }, token);
            });

    [Fact]
    public Task Disconnect_ThatWaitsForWhatIsNotTaken_BreaksPressure() => BreaksAsync(
        "pressure", "IIntakeSink.OfferAsync", "has not ended", static (_, context) =>
            context.Offer = (intake, _) => context.Inner.Intakes.OfferAsync(intake, CancellationToken.None));

    [Fact]
    public Task Reading_ThatIsNotInUtc_BreaksIntake() => BreaksAsync(
        "data flow", "Intake", "is not in UTC", static (_, context) =>
            context.Offer = (intake, token) => context.Inner.Intakes.OfferAsync(
                intake with
                {
                    Content = new ReadingsContent(((ReadingsContent)intake.Content).Readings.ToArray()
                        .Select(static reading => reading with
                        {
                            Timestamp = reading.Timestamp.ToOffset(TimeSpan.FromHours(2)),
                        }).ToArray()),
                },
                token));

    [Fact]
    public Task LastPoint_WithoutEveryItem_BreaksTheQuery() => BreaksAsync(
        "data flow", "IQueriesLastPoint.QueryLastPointAsync", "there were 1 readings", south =>
        {
            var ask = south.LastPoint;
            south.LastPoint = async (items, token) => new((await ask(items, token)).Readings[..1]);
        });

    [Fact]
    public Task History_WithAGap_BreaksTheQuery() => BreaksAsync(
        "data flow", "IQueriesHistory.QueryHistoryAsync", "it covers", south =>
        {
            var ask = south.History;
            south.History = (items, window, token) =>
                ask(items, window with { Start = window.Start.AddMinutes(1) }, token);
        });

    [Fact]
    public Task File_WithAnotherLength_BreaksTheQuery() => BreaksAsync(
        "data flow", "IQueriesFile.QueryFileAsync", "it was listed with 101 bytes", south =>
        {
            var ask = south.Files;
            south.Files = (item, token) => ask(item, token)
                .Select(static file => file with { LengthBytes = file.LengthBytes + 1 });
        });

    [Fact]
    public Task Setpoint_ThatIsRefused_BreaksWrite() => BreaksAsync(
        "cancel write setpoint everywhere", "IWritesSetpoints.WriteSetpointAsync", "it was refused: No.", south =>
            south.Write = static (_, _, _) => Task.FromResult(SetpointOutcome.Refused("No.")));

    private static Task ForeverAsync(CancellationToken cancellationToken) => new TaskCompletionSource().Task;

    private static Func<CancellationToken, Task> FailingAs(
        Func<CancellationToken, Task> act, Fault fault, string message) =>
        async token =>
        {
            try
            {
                await act(token);
            }
            catch (ConnectorException)
            {
                throw new ConnectorException(fault, message);
            }
        };

    private static void Before(BrokenSouth south, string call, Action act)
    {
        switch (call)
        {
            case nameof(south.Connect):
                south.Connect = First(south.Connect);
                break;
            case nameof(south.Disconnect):
                south.Disconnect = First(south.Disconnect);
                break;
            case nameof(south.Stop):
                south.Stop = First(south.Stop);
                break;
            default:
                var test = south.Test;
                south.Test = token =>
                {
                    act();
                    return test(token);
                };
                break;
        }

        Func<CancellationToken, Task> First(Func<CancellationToken, Task> then) => token =>
        {
            act();
            return then(token);
        };
    }

    private long LastValue() => _source.Archive.SamplesOf("line1/a")[^1].Reading.Value.AsInt64();

    private Task BreaksAsync(string check, string member, string words, Action<BrokenSouth> break_) =>
        BreaksAsync(check, member, words, (south, _) => break_(south));

    private async Task BreaksAsync(
        string check, string member, string words, Action<BrokenSouth, BrokenContext> break_, Type? type = null)
    {
        var manifest = _source.Manifest with
        {
            ConnectorType = type ?? typeof(BrokenSouth),
            Create = (context, settings) =>
            {
                var between = new BrokenContext(context);
                var south = new BrokenSouth(_source.Manifest.Create(between, settings));
                break_(south, between);
                return south;
            },
        };
        var contract = ConnectorContract.Of(
            manifest, () => Task.FromResult<ISouthPeer>(new SimulatedSourcePeer(_source)), Impatient);

        var broken = await Assert.ThrowsAsync<ContractViolationException>(() => contract.RunAsync(check));

        Assert.Equal(member, broken.Member);
        Assert.Contains(words, broken.Message, StringComparison.Ordinal);
    }

    private sealed class NoReceipt : IReceipt
    {
        public void Stored()
        {
            // The source was told already.
        }
    }
}
