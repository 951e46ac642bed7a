using System.Threading.Channels;

namespace Meridian.Fixtures;

/// <summary>
/// sparkplug-payload of Eclipse Tahu, a codec that nobody here wrote, in a process of its own; sparkplug-codec.mjs says
/// how payloads are written. One caller at a time.
/// </summary>
public sealed class NodeSparkplug : IAsyncDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    private readonly Channel<string> _answers = Channel.CreateBounded<string>(1_000);
    private readonly ChildProcess _process;

    private NodeSparkplug() => _process = ChildProcess.Start(
        ServersInstalled.Require("node", "nodejs"),
        [NodeClients.Script("sparkplug-codec.mjs")],
        new ChildProcessOptions { HasInput = true, OnLine = line => _answers.Writer.TryWrite(line) });

    /// <summary>Starts it.</summary>
    public static async Task<NodeSparkplug> StartAsync()
    {
        await NodeClients.EnsureInstalledAsync();
        return new NodeSparkplug();
    }

    /// <summary>The payload as it reads the bytes, as JSON.</summary>
    /// <param name="payload">The bytes.</param>
    public Task<string> ReadAsync(ReadOnlyMemory<byte> payload) =>
        AskAsync($"read {Convert.ToHexString(payload.Span)}");

    /// <summary>The answer <c>{"hex":"…"}</c>: the bytes as it writes the payload.</summary>
    /// <param name="payload">The payload as JSON, on one line.</param>
    public Task<string> WriteAsync(string payload) => AskAsync($"write {payload}");

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task<string> AskAsync(string question)
    {
        await _process.Input.WriteAsync(question + "\n");
        await _process.Input.FlushAsync();
        return await _answers.Reader.ReadAsync().AsTask().WaitAsync(AnswerTimeout, TimeProvider.System);
    }
}
