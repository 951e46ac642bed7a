using System.Globalization;
using System.Text;
using Meridian.Connectors.Postgres.North;
using Meridian.Fixtures;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Connectors.Postgres.Tests.North;

/// <summary>A PostgreSQL North on an empty database of a real server, and the words to ask that database.</summary>
internal sealed class NorthRig(PostgresServer server, string database) : IAsyncDisposable
{
    public const string NorthId = "warehouse";

    public static readonly Guid JournalId = new("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0");

    public static readonly DateTimeOffset Time = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly List<INorth> _norths = [];

    public PostgresServer Server { get; } = server;

    public string Database { get; } = database;

    public PostgresNorthSettings Settings { get; init; } = new()
    {
        Host = "127.0.0.1",
        Port = server.Port,
        Database = database,
        UserName = PostgresServer.UserName,
        Password = new Secret(PostgresServer.Password),
    };

    public static async Task<NorthRig> NewAsync(
        Func<PostgresNorthSettings, PostgresNorthSettings>? change = null)
    {
        var server = await PostgresServer.SharedAsync();
        var rig = new NorthRig(server, await server.CreateDatabaseAsync());
        return change is null ? rig : new NorthRig(server, rig.Database) { Settings = change(rig.Settings) };
    }

    /// <summary>The settings of each way to store, for <see cref="Numbers"/>.</summary>
    public static PostgresNorthSettings Of(PostgresNorthSettings settings, NorthWay way) => way switch
    {
        NorthWay.TallUpdate => settings with { Upsert = PostgresUpsert.Update },
        NorthWay.TallIgnore => settings with { Upsert = PostgresUpsert.Ignore },
        NorthWay.PerType => settings with { Layout = PostgresLayout.PerType },
        NorthWay.PerTypeUpdate => settings with { Layout = PostgresLayout.PerType, Upsert = PostgresUpsert.Update },
        NorthWay.Wide => settings with
        {
            Layout = PostgresLayout.Wide,
            Columns = [new() { Point = "line1/temperature", Column = "temperature" }],
        },
        NorthWay.WideByTemplates => settings with
        {
            Layout = PostgresLayout.Wide,
            KeyTemplate = "{topic[0]}",
            ColumnTemplate = "{topic[1]}",
            Columns = [new() { Column = "temperature", Quality = "quality" }],
        },
        _ => settings,
    };

    public static ValuesBatch Batch(long first, IReadOnlyList<Reading> readings, Guid? journalId = null)
    {
        var id = journalId ?? JournalId;
        var positions = Enumerable.Range(0, readings.Count).Select(i => first + i).ToArray();
        return new ValuesBatch(
            id, readings.ToArray(), positions, new DeliveryPosition(id, NorthId, Token(positions[^1] + 1)));
    }

    public static ValuesBatch Numbers(long first, int count) => Batch(
        first,
        [.. Enumerable.Range(0, count).Select(i =>
            new Reading("line1/temperature", Time.AddSeconds(first + i), ReadingValue.From((double)(first + i))))]);

    public static byte[] Token(long next) => Encoding.UTF8.GetBytes(next.ToString(CultureInfo.InvariantCulture));

    public static string TextOf(DeliveryPosition position) => Encoding.UTF8.GetString(position.Token.Span);

    public PostgresNorth Make(PostgresNorthSettings? settings = null)
    {
        var north = new PostgresNorth(new NorthContext(), settings ?? Settings);
        _norths.Add(north);
        return north;
    }

    public async Task<PostgresNorth> ConnectAsync(PostgresNorthSettings? settings = null)
    {
        var north = Make(settings);
        await north.ConnectAsync(CancellationToken.None);
        await north.ReadPositionsAsync(NorthId, CancellationToken.None);
        return north;
    }

    public Task RunAsync(string sql) => Server.RunAsync(Database, sql);

    public Task<T> AskAsync<T>(string sql) => Server.AskAsync<T>(Database, sql);

    public Task<long> CountAsync() => AskAsync<long>("SELECT count(*) FROM readings");

    public async ValueTask DisposeAsync()
    {
        foreach (var north in _norths)
        {
            await north.DisconnectAsync(CancellationToken.None);
        }
    }

    private sealed class NorthContext : INorthContext
    {
        public string Name => NorthId;

        public bool IsTest => false;

        public string Folder => throw new NotSupportedException();

        public ILoggerFactory Loggers => NullLoggerFactory.Instance;

        public TimeProvider Time => TimeProvider.System;

        public Random Random => throw new NotSupportedException("This North draws no random numbers.");

        public ReadOnlyMemory<byte> DeliveryState => default;

        public void ReportConnected()
        {
        }

        public void ReportRetrying(ConnectorException fault) => throw new NotSupportedException("Never in background.");

        public void ReportLost(ConnectorException fault) => throw new NotSupportedException("Never in background.");

        public ValueTask PersistDeliveryAsync(CancellationToken cancellationToken) =>
            throw new NotSupportedException("The destination keeps the position.");
    }
}

/// <summary>Each way to store that the exactness is tried with.</summary>
public enum NorthWay
{
    Tall,
    TallUpdate,
    TallIgnore,
    PerType,
    PerTypeUpdate,
    Wide,
    WideByTemplates,
}
