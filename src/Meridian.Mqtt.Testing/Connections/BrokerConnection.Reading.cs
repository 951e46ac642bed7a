using System.Buffers;
using System.IO.Pipelines;
using Meridian.Mqtt.Testing.Faults;

namespace Meridian.Mqtt.Testing.Connections;

/// <content>
/// The read loop: it waits where a fault says so, and handles all packets of one read under the gate.
/// </content>
internal sealed partial class BrokerConnection
{
    private async Task ReadAsync(Stream stream)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        var goesOn = true;
        while (goesOn)
        {
            await WhileStoppedAsync().ConfigureAwait(false);
            var read = await reader.ReadAsync().ConfigureAwait(false);
            await WhileStoppedAsync().ConfigureAwait(false);
            var rest = read.Buffer;
            goesOn = HandleAll(ref rest);
            while (_gate.TryTakeDelay(out var delay))
            {
                await Task.WhenAny(delay, _gone.Task).ConfigureAwait(false);
                goesOn = HandleAll(ref rest);
            }

            reader.AdvanceTo(rest.Start, rest.End);
            goesOn &= !read.IsCompleted;
        }

        await reader.CompleteAsync().ConfigureAwait(false);
    }

    private async Task WhileStoppedAsync()
    {
        while (!_gone.Task.IsCompleted
            && _state.Faults.WhenReadableAsync(ClientId) is { IsCompleted: false } readable)
        {
            await Task.WhenAny(readable, _gone.Task).ConfigureAwait(false);
        }
    }

    /// <summary>Handles all whole packets; false when the connection shall end.</summary>
    private bool HandleAll(ref ReadOnlySequence<byte> buffer)
    {
        lock (_state.Gate)
        {
            _keepAlive.Heard();
            try
            {
                while (!IsClosed && _gate.TryRead(ref buffer, out var frame, out var deed))
                {
                    var times = deed == FaultDeed.Duplicate ? 2 : 1;
                    for (var i = 0; i < times && !IsClosed; i++)
                    {
                        if (!_handler.Handle(frame))
                        {
                            return false;
                        }
                    }

                    if (deed == FaultDeed.CutAfter)
                    {
                        Close("The connection was cut on purpose.");
                    }
                }
            }
            catch (MqttProtocolException error)
            {
                Leave(error.ReasonCode, error.Message);
            }

            if (IsClosed)
            {
                // Behind the end: nothing that comes is taken any more, until the client closes too.
                buffer = buffer.Slice(buffer.End);
            }

            _state.Traffic.Changed();
            return true;
        }
    }
}
