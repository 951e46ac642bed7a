namespace Meridian.Testing.Contract;

/// <summary>A sentence of the interfaces' comments that can be broken.</summary>
/// <param name="Member">Where it stands.</param>
/// <param name="Text">What it says.</param>
internal sealed record Clause(string Member, string Text)
{
    public static Clause Throws { get; } = new(
        "IConnector",
        "Every method may throw ConnectorException; anything else counts as a mistake of the connector.");

    public static Clause FaultWords { get; } = new(
        "ConnectorException", "Its message names the thing, the value, the limit and the way out.");

    public static Clause SecretKept { get; } = new(
        "Secret", "It prints as *** and leaves only into the connector that needs it.");

    public static Clause Start { get; } = new("IConnector.StartAsync", "Prepares local things. No network.");

    public static Clause Connect { get; } = new(
        "IConnector.ConnectAsync", "Connects to the peer. Called after start and again after each loss.");

    public static Clause ConnectCancelled { get; } = new(
        "IConnector.ConnectAsync", "Cancelled when the gateway stops; what was opened so far is closed by disconnect.");

    public static Clause Disconnect { get; } = new(
        "IConnector.DisconnectAsync",
        "Closes everything that connect opened. Idempotent, also called when connect failed or never ran.");

    public static Clause DisconnectCancelled { get; } = new(
        "IConnector.DisconnectAsync",
        "Cancelled when the stated time for stopping is over; then close without farewell.");

    public static Clause Stop { get; } = new(
        "IConnector.StopAsync",
        "Removes what start prepared. Called last, after disconnect, also when start failed or never ran; a second "
        + "call does nothing.");

    public static Clause Test { get; } = new(
        "IConnector.TestConnectionAsync",
        "It opens its own connection with an identity of its own, disturbs nothing that runs, and closes what it "
        + "opened.");

    public static Clause IsTest { get; } = new(
        "IConnectorContext.IsTest",
        "It takes an identity of its own at the peer, joins no shared subscription, and archives, moves or removes "
        + "nothing.");

    public static Clause Lost { get; } = new(
        "IConnectorContext.ReportLost", "The connection is lost and the engine shall disconnect and connect again.");

    public static Clause Cancelled { get; } = new(
        "CancellationToken", "A call that is cancelled ends soon, by OperationCanceledException or by its result.");

    public static Clause Intakes { get; } = new("IIntakeSink.OfferAsync", "Content is lent until the receipt comes.");

    public static Clause Pressure { get; } = new(
        "IIntakeSink.OfferAsync",
        "A call that has not returned is the pressure of everything downstream: take nothing more from the source.");

    public static Clause Receipt { get; } = new(
        "IReceipt.Stored",
        "If the engine stops first it is never called; the source must give the content again.");

    public static Clause ReceiptThrows { get; } = new(
        "IReceipt.Stored", "Called on a thread of the engine's: return quickly and do not throw.");

    public static Clause Intake { get; } = new(
        "Intake", "Readings, checkpoints and states are within what their comments say.");

    public static Clause Subscribe { get; } = new(
        "IQueriesSubscription.SubscribeAsync",
        "Called after each connect with all items, and with the difference when items are added while running.");

    public static Clause Unsubscribe { get; } = new(
        "IQueriesSubscription.UnsubscribeAsync", "Ends the subscription of these items.");

    public static Clause LastPoint { get; } = new(
        "IQueriesLastPoint.QueryLastPointAsync",
        "Reads each item once. An item that cannot be read yields a reading of bad quality.");

    public static Clause History { get; } = new(
        "IQueriesHistory.QueryHistoryAsync",
        "Reads a window page by page; each page answers a part of it completely, empty answers cover too.");

    public static Clause File { get; } = new(
        "IQueriesFile.QueryFileAsync", "Lists the files of an item, in no order. Opens and changes none.");

    public static Clause Next { get; } = new(
        "IQueriesNext.QueryNextAsync",
        "Reads what comes after a position, page by page; after one position the source gives the same, and what has "
        + "come since behind it.");

    public static Clause Position { get; } = new(
        "NextPage.Position",
        "1 to 4,096 bytes, and another than that of the page before.");

    public static Clause OpenRead { get; } = new("SourceFile.OpenRead", "Opens it for reading from the beginning.");

    public static Clause Setpoint { get; } = new(
        "IWritesSetpoints.WriteSetpointAsync", "Writes one value and tells whether the source took it, and why not.");

    public static Clause Take { get; } = new(
        "ITakesIntake.TakeAsync",
        "Takes readings or a file and answers when they are on disk. Nothing of a cancelled call is on disk.");

    public static Clause Values { get; } = new(
        "IHandlesValues.HandleValuesAsync",
        "Delivers a batch and tells the outcome. Return delivered only when the destination has it for good.");

    public static Clause Lent { get; } = new("ValuesBatch", "Readings are lent until the call returns.");

    public static Clause Guarantee { get; } = new(
        "NorthManifest.Guarantee", "What it promises, from the journal on.");

    public static Clause HandleFile { get; } = new(
        "IHandlesFile.HandleFileAsync", "Delivers one file byte for byte and tells the outcome.");

    public static Clause Positions { get; } = new(
        "IKeepsOwnCursor.ReadPositionsAsync",
        "Reads every position that the destination keeps for this North, of whatever journal, as it was stored with "
        + "the batch.");

    public static Clause Outcome { get; } = new(
        "DeliveryOutcome", "The outcome of a delivery says what became of the batch, in a sentence where it failed.");
}
