using System.Buffers;
using System.CommandLine;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;

namespace Meridian.Gateway.Commands.Mqtt;

/// <summary>Where <c>mqtt pub</c> takes its payloads from: one of five places. Bytes pass as they are.</summary>
internal sealed class PayloadSource : IOptionGroup
{
    private readonly Option<string?> _message = OptionOf.Text("--message", "TEXT", "The message.", "-m");
    private readonly Option<FileInfo?> _file = OptionOf.File("--file", "Publish a file as one message.", "-f");
    private readonly Option<bool> _lines = OptionOf.Flag(
        "--lines", "Publish each line of the standard input as a message.", "-l", "--stdin-line");

    private readonly Option<bool> _all = OptionOf.Flag(
        "--stdin", "Publish the whole standard input as one message.", "-s", "--stdin-file");

    private readonly Option<bool> _empty = OptionOf.Flag(
        "--empty", "Publish an empty message; with --retain it clears what the broker keeps.", "-n", "--null-message");

    public IEnumerable<Option> All => [_message, _file, _lines, _all, _empty];

    public void Check(ParseResult parsed, ICollection<string> problems)
    {
        if (All.Count(option => parsed.GetResult(option) is { Implicit: false }) != 1)
        {
            problems.Add("Give exactly one of --message TEXT, --file FILE, --lines, --stdin and --empty.");
        }

        if (parsed.GetValue(_file) is { } file)
        {
            try
            {
                using var probe = file.OpenRead();
            }
            catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
            {
                problems.Add($"--file: {wrong.Message}");
            }
        }
    }

    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(ParseResult parsed, CancellationToken stop) =>
        parsed.GetValue(_lines) ? ReadLinesAsync(stop) : ReadOneAsync(parsed, stop);

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadOneAsync(
        ParseResult parsed, [EnumeratorCancellation] CancellationToken stop)
    {
        if (parsed.GetValue(_file) is { } file)
        {
            yield return await File.ReadAllBytesAsync(file.FullName, stop);
        }
        else if (parsed.GetValue(_all))
        {
            var gathered = new MemoryStream();
            await using var input = Console.OpenStandardInput();

            // A read of the console hears no token.
            await input.CopyToAsync(gathered, stop).WaitAsync(stop);
            yield return gathered.ToArray();
        }
        else
        {
            yield return Encoding.UTF8.GetBytes(parsed.GetValue(_message) ?? string.Empty);
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLinesAsync(
        [EnumeratorCancellation] CancellationToken stop)
    {
        var input = PipeReader.Create(Console.OpenStandardInput());
        while (true)
        {
            var read = await input.ReadAsync(stop).AsTask().WaitAsync(stop);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                yield return WithoutReturn(rest.Slice(0, end));
                rest = rest.Slice(rest.GetPosition(1, end));
            }

            if (read.IsCompleted)
            {
                if (!rest.IsEmpty)
                {
                    yield return WithoutReturn(rest);
                }

                yield break;
            }

            input.AdvanceTo(rest.Start, rest.End);
        }
    }

    private static ReadOnlyMemory<byte> WithoutReturn(in ReadOnlySequence<byte> line)
    {
        var bytes = line.ToArray();
        return bytes is [.., (byte)'\r'] ? bytes.AsMemory(0, bytes.Length - 1) : bytes;
    }
}
