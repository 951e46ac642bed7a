using System.Globalization;
using Meridian.Fixtures;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Npgsql;
using NpgsqlTypes;

namespace Meridian.Benchmarks.Postgres;

/// <summary>
/// The driver's own binary COPY of the same rows into a table of the tall layout, with a commit for each batch: no
/// cursor, no look at the texts, no words for what goes wrong.
/// </summary>
internal sealed class RawCopyWriter(int port, string database) : IRowWriter
{
    /// <summary>Its name among the writers.</summary>
    public const string Name = "raw";

    private const long ExactInDouble = 1L << 53;

    private readonly NpgsqlConnection _connection = new(new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Database = database,
        Username = PostgresServer.UserName,
        Password = PostgresServer.Password,
        Pooling = false,
    }.ConnectionString);

    /// <inheritdoc/>
    public async Task BeginAsync()
    {
        await _connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            CREATE TABLE readings (time timestamptz NOT NULL, point text NOT NULL, value double precision, text text,
                bytes bytea, quality bigint NOT NULL, position bigint NOT NULL, kind smallint NOT NULL,
                journal uuid NOT NULL);
            CREATE INDEX ON readings (point, time)
            """,
            _connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ValuesBatch batch)
    {
        await using var transaction = await _connection.BeginTransactionAsync();
        await using (var copy = await _connection.BeginBinaryImportAsync(
            "COPY readings (time, point, value, text, bytes, quality, position, kind, journal) FROM STDIN (FORMAT BINARY)"))
        {
            Write(copy, batch);
            await copy.CompleteAsync();
        }

        await transaction.CommitAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    /// <summary>On this thread: the driver's asynchronous calls for each field would be slower.</summary>
    private static void Write(NpgsqlBinaryImporter copy, ValuesBatch batch)
    {
        var readings = batch.Readings.Span;
        var positions = batch.Positions.Span;
        for (var i = 0; i < readings.Length; i++)
        {
            ref readonly var reading = ref readings[i];
            copy.StartRow();
            copy.Write(reading.Timestamp.UtcDateTime, NpgsqlDbType.TimestampTz);
            copy.Write(reading.Point, NpgsqlDbType.Text);
            WriteValue(copy, reading.Value);
            copy.Write((long)reading.Quality.StatusCode, NpgsqlDbType.Bigint);
            copy.Write(positions[i], NpgsqlDbType.Bigint);
            copy.Write((short)reading.Value.Kind, NpgsqlDbType.Smallint);
            copy.Write(batch.JournalId, NpgsqlDbType.Uuid);
        }
    }

    private static void WriteValue(NpgsqlBinaryImporter copy, in ReadingValue value)
    {
        double? number = value.Kind switch
        {
            ReadingValueKind.Double => value.AsDouble(),
            ReadingValueKind.Int64 => value.AsInt64(),
            ReadingValueKind.Boolean => value.AsBoolean() ? 1 : 0,
            _ => null,
        };
        var text = value.Kind switch
        {
            ReadingValueKind.String or ReadingValueKind.Json => value.AsString(),
            ReadingValueKind.Int64 when Math.Abs(value.AsInt64()) > ExactInDouble =>
                value.AsInt64().ToString(CultureInfo.InvariantCulture),
            _ => null,
        };
        WriteOrNull(copy, number, NpgsqlDbType.Double);
        if (text is null)
        {
            copy.WriteNull();
        }
        else
        {
            copy.Write(text, NpgsqlDbType.Text);
        }

        copy.WriteNull();
    }

    private static void WriteOrNull(NpgsqlBinaryImporter copy, double? number, NpgsqlDbType type)
    {
        if (number is { } given)
        {
            copy.Write(given, type);
        }
        else
        {
            copy.WriteNull();
        }
    }
}
