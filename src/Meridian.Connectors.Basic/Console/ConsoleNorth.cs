using System.Buffers;
using System.Globalization;
using System.Text;
using Meridian.Formats.Json;
using Meridian.Formats.Text;
using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Basic.Console;

/// <summary>Shows a line per reading, no more in a second than a reader can bear.</summary>
internal sealed class ConsoleNorth(INorthContext context, ConsoleNorthSettings settings, TextWriter output)
    : IHandlesValues, IDisposable
{
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly ReadingJsonWriter _json = new();
    private readonly StringBuilder _text = new();
    private long _windowStart = context.Time.GetTimestamp();
    private int _linesInWindow;
    private long _leftOut;

    public Task ConnectAsync(CancellationToken cancellationToken)
    {
        context.ReportConnected();
        return Task.CompletedTask;
    }

    public async ValueTask<DeliveryOutcome> HandleValuesAsync(ValuesBatch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);

        _text.Clear();
        foreach (ref readonly var reading in batch.Readings.Span)
        {
            if (MayShow())
            {
                Append(reading);
            }
        }

        await WriteAsync(cancellationToken).ConfigureAwait(false);
        return DeliveryOutcome.Delivered;
    }

    public async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        _text.Clear();
        SayLeftOut();
        await WriteAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Diagnostic>>([new Diagnostic("Destination", "standard output")]);

    public void Dispose() => _json.Dispose();

    private bool MayShow()
    {
        if (settings.MaxLinesPerSecond == 0)
        {
            return true;
        }

        if (context.Time.GetElapsedTime(_windowStart) >= TimeSpan.FromSeconds(1))
        {
            SayLeftOut();
            _windowStart = context.Time.GetTimestamp();
            _linesInWindow = 0;
        }

        if (_linesInWindow >= settings.MaxLinesPerSecond)
        {
            _leftOut++;
            return false;
        }

        _linesInWindow++;
        return true;
    }

    private void SayLeftOut()
    {
        if (_leftOut > 0)
        {
            // A comment line, so that a program that reads the JSON lines can tell it from a reading.
            _text.Append(
                CultureInfo.InvariantCulture,
                $"# {_leftOut:N0} readings left out; at most {settings.MaxLinesPerSecond} lines a second are shown\n");
            _leftOut = 0;
        }
    }

    private void Append(in Reading reading)
    {
        _line.ResetWrittenCount();
        if (settings.Format == ConsoleFormat.Table)
        {
            AppendColumns(reading);
            return;
        }

        if (settings.Format == ConsoleFormat.Json)
        {
            _json.Write(reading, _line);
        }
        else
        {
            ReadingText.WriteTimestamp(reading.Timestamp, _line);
            _line.Write(" "u8);
            Encoding.UTF8.GetBytes(reading.Point, _line);
            _line.Write(" "u8);
            ReadingText.WriteValue(reading.Value, _line);
            _line.Write(" "u8);
            ReadingText.WriteQuality(reading.Quality, _line);
        }

        AppendPrintable(Encoding.UTF8.GetString(_line.WrittenSpan));
        _text.Append('\n');
    }

    /// <summary>Columns that hold for most plants; what is longer pushes the rest of its line to the right.</summary>
    private void AppendColumns(in Reading reading)
    {
        ReadingText.WriteValue(reading.Value, _line);
        var value = Encoding.UTF8.GetString(_line.WrittenSpan);
        AppendPrintable(string.Create(
            CultureInfo.InvariantCulture,
            $"{reading.Timestamp:HH:mm:ss.fff}  {reading.Point,-40} {value,12}  {reading.Quality}"));
        _text.Append('\n');
    }

    /// <summary>What a machine sent must not steer the terminal: control characters are shown, not obeyed.</summary>
    private void AppendPrintable(string text)
    {
        foreach (var character in text)
        {
            if (char.IsControl(character))
            {
                _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            }
            else
            {
                _text.Append(character);
            }
        }
    }

    private async ValueTask WriteAsync(CancellationToken cancellationToken)
    {
        if (_text.Length == 0)
        {
            return;
        }

        try
        {
            await output.WriteAsync(_text, cancellationToken).ConfigureAwait(false);
            await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException fault)
        {
            throw new ConnectorException(
                Fault.Unreachable, $"The console cannot be written to: {fault.Message}", fault);
        }
    }
}
