using System.Globalization;
using System.Threading.Channels;

namespace Meridian.Fixtures;

/// <summary>
/// mqtt-packet, a codec that nobody here wrote, in a process of its own. Its answers are JSON; packets.mjs says which.
/// One caller at a time.
/// </summary>
public sealed class NodeCodec : IAsyncDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    private readonly Channel<string> _answers = Channel.CreateBounded<string>(100_000);
    private readonly ChildProcess _process;

    private NodeCodec() => _process = ChildProcess.Start(
        ServersInstalled.Require("node", "nodejs"),
        [NodeClients.Script("packets.mjs")],
        new ChildProcessOptions { HasInput = true, OnLine = line => _answers.Writer.TryWrite(line) });

    /// <summary>Starts it.</summary>
    public static async Task<NodeCodec> StartAsync()
    {
        await NodeClients.EnsureInstalledAsync();
        return new NodeCodec();
    }

    /// <summary>
    /// Draws random packets: <c>{"version":4,"hex":"…","packet":{…}}</c>, the bytes as mqtt-packet writes them.
    /// </summary>
    /// <param name="firstSeed">The seed of the first; each next one has the next.</param>
    /// <param name="count">How many.</param>
    public Task<IReadOnlyList<string>> DrawAsync(int firstSeed, int count) => AskAsync(
        [.. Enumerable.Range(firstSeed, count).Select(static seed => $"draw {Text(seed)}")]);

    /// <summary>Reads packets: <c>{"packet":{…}}</c>, or <c>{"error":"…"}</c>.</summary>
    /// <param name="packets">The protocol version (3, 4, 5) and the bytes of each.</param>
    public Task<IReadOnlyList<string>> ReadAsync(IEnumerable<(int Version, byte[] Bytes)> packets) => AskAsync(
        [.. packets.Select(static one => $"read {Text(one.Version)} {Convert.ToHexString(one.Bytes)}")]);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task<IReadOnlyList<string>> AskAsync(IReadOnlyList<string> questions)
    {
        var writing = WriteAsync(questions);
        var answers = new List<string>(questions.Count);
        while (answers.Count < questions.Count)
        {
            try
            {
                answers.Add(await _answers.Reader.ReadAsync().AsTask().WaitAsync(AnswerTimeout, TimeProvider.System));
            }
            catch (TimeoutException late)
            {
                throw new TimeoutException($"mqtt-packet does not answer '{questions[answers.Count]}'.", late);
            }
        }

        await writing;
        return answers;
    }

    private async Task WriteAsync(IReadOnlyList<string> questions)
    {
        foreach (var question in questions)
        {
            await _process.Input.WriteAsync(question + "\n");
        }

        await _process.Input.FlushAsync();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
