using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Meridian.Fixtures;
using Meridian.Formats.Payloads;
using Meridian.Formats.Rows;

namespace Meridian.Formats.Tests.Rows;

public sealed class JsonRecordReaderTests
{
    [Theory]
    [InlineData("$", """[{"a":1},2,null,[3]]""", """{"a":1}|2|null|[3]""")]
    [InlineData("$", """{"a":1}""", """{"a":1}""")]
    [InlineData("$.d", """{"x":{"d":[0]},"d":[{"a":1},{"a":{"d":[7]}}],"e":[9]}""", """{"a":1}|{"a":{"d":[7]}}""")]
    [InlineData("$.d.e[1].f", """{"d":{"e":[{"f":[1]},{"g":2,"f":[5,6]},{"f":[7]}]}}""", "5|6")]
    [InlineData("$['a b']", """{"a b":{"v":"ü"}}""", """{"v":"ü"}""")]
    [InlineData("$.d", """{"d":[]}""", "")]
    [InlineData("$.d", """{"d":null}""", "")]
    [InlineData("$", "\uFEFF [1.5 , 2e3 ]\n", "1.5|2e3")]
    public async Task Read_AnyChunks_GivesTheRecordsAtThePath(string path, string json, string expected)
    {
        for (var chunk = 1; chunk < 20; chunk++)
        {
            var (records, problem, _) = await ReadAsync(json, path, chunk);

            Assert.Null(problem);
            Assert.Equal(expected, string.Join('|', records));
        }
    }

    [Theory]
    [InlineData("$.next", """{"next":"n1","d":[1]}""", "n1")]
    [InlineData("$.next", """{"d":[1],"next":17}""", "17")]
    [InlineData("$.p.next", """{"d":[{"next":"no"}],"p":{"next":"yes"}}""", "yes")]
    [InlineData("$.next", """{"d":[1],"next":null}""", null)]
    [InlineData("$.next", """{"d":[1],"next":{"a":1}}""", null)]
    [InlineData("$.next", """{"d":[1]}""", null)]
    [InlineData("$.d[1].id", """{"d":[{"id":4},{"id":5},{"id":6}]}""", "5")]
    public async Task ValueOf_BeforeBehindOrWithinTheRecords_IsKept(string path, string json, string? expected)
    {
        for (var chunk = 1; chunk < 9; chunk++)
        {
            Assert.Equal(expected, (await ReadAsync(json, "$.d", chunk, path)).Other);
        }
    }

    [Fact]
    public async Task ValueOf_WithinTheOnlyRecord_IsKept() =>
        Assert.Equal("n", (await ReadAsync("""{"d":{"v":1,"p":{"next":"n"}}}""", "$.d", 5, "$.d.p.next")).Other);

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("<html>", "not JSON")]
    [InlineData("""{"d":[{"a":1},{"a":""", "not JSON")]
    [InlineData("""{"d":[1]} x""", "not JSON")]
    [InlineData("""{"e":[1]}""", "nothing was found there")]
    [InlineData("""{"d":"text"}""", "String was found")]
    [InlineData("""{"\ud800":1}""", "not Unicode text")]
    public async Task Read_NoSuchDocument_IsAProblemAfterWhatWasRead(string json, string words)
    {
        for (var chunk = 1; chunk < 9; chunk++)
        {
            var (_, problem, _) = await ReadAsync(json, "$.d", chunk);

            Assert.Contains(words, problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Read_RecordBeyondTheLimit_IsAProblemAndNotHeld()
    {
        var json = $$"""[1,{"a":"{{new string('x', 100_000)}}"}]""";

        var (records, problem, _) = await ReadAsync(json, "$", 1_000, maxRecordBytes: 50_000);

        Assert.Equal(["1"], records);
        Assert.Contains("50,000 bytes", problem, StringComparison.Ordinal);
    }

    /// <summary>
    /// A mutated document gives a value, never an exception; what is whole is read as the library does.
    /// </summary>
    [Fact]
    public async Task Read_MutatedDocuments_AgreesWithTheLibraryAndNeverThrows()
    {
        const int Seed = 20260307;
        var random = new Random(Seed);
        var whole = Encoding.UTF8.GetBytes(
            """{"p":{"next":"é\n","n":[1,2]},"d":[{"t":"2026","v":1.5},{"t":"x","v":null},[],"s"],"e":{"d":[true]}}""");
        var count = TestMode.IsLong ? 1_000_000 : 20_000;
        for (var run = 0; run < count; run++)
        {
            var bytes = (byte[])whole.Clone();
            for (var change = random.Next(4); change > 0; change--)
            {
                var letter = random.Next(3) == 0 ? random.Next(256) : "{}[]\",:1n"[random.Next(9)];
                bytes[random.Next(bytes.Length)] = (byte)letter;
            }

            bytes = bytes[..(random.Next(3) == 0 ? random.Next(bytes.Length + 1) : bytes.Length)];
            var (records, problem, _) = await ReadAsync(bytes, "$.d", random.Next(1, 40), "$.p.next");

            var expected = Expected(bytes);
            Assert.True(
                problem is not null
                    || (expected is not null && expected.SequenceEqual(records, StringComparer.Ordinal)),
                $"Seed {Seed}, run {run}: {Encoding.UTF8.GetString(bytes)} gave {string.Join('|', records)} {problem}");
        }
    }

    /// <summary>The records as the library finds them; null where it finds no document.</summary>
    private static List<string>? Expected(byte[] bytes)
    {
        try
        {
            var all = new List<string>();
            using var json = JsonDocument.Parse(bytes);
            foreach (var property in json.RootElement.EnumerateObject().Where(static one => one.NameEquals("d")))
            {
                all.AddRange(property.Value.ValueKind switch
                {
                    JsonValueKind.Array => property.Value.EnumerateArray().Select(RawOf),
                    JsonValueKind.Object => [RawOf(property.Value)],
                    _ => [],
                });
            }

            return all;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static Task<(List<string> Records, string? Problem, string? Other)> ReadAsync(
        string json, string path, int chunk, string? other = null, int maxRecordBytes = 16 << 20) =>
        ReadAsync(Encoding.UTF8.GetBytes(json), path, chunk, other, maxRecordBytes);

    private static async Task<(List<string> Records, string? Problem, string? Other)> ReadAsync(
        byte[] json, string path, int chunk, string? other = null, int maxRecordBytes = 16 << 20)
    {
        using var stream = new Chunks(json, chunk);
        using var reader = new JsonRecordReader(
            stream, PathOf(path), other is null ? [] : [PathOf(other)], maxRecordBytes);
        var records = new List<string>();
        var step = await reader.ReadAsync(CancellationToken.None);
        for (; step == JsonStep.Record; step = await reader.ReadAsync(CancellationToken.None))
        {
            records.Add(RawOf(reader.Record));
        }

        Assert.Equal(step == JsonStep.Problem, reader.Problem is not null);
        return (records, reader.Problem, other is null ? null : reader.ValueOf(0));
    }

    /// <summary>The bytes as they came; text that is no UTF-8 stays what it is.</summary>
    private static string RawOf(JsonElement element)
    {
        var bytes = JsonMarshal.GetRawUtf8Value(element);
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : Encoding.Latin1.GetString(bytes);
    }

    private static JsonPath PathOf(string text) =>
        JsonPath.TryCompile(text, out var path, out var problem) ? path : throw new InvalidOperationException(problem);

    /// <summary>Gives a few bytes at a time.</summary>
    private sealed class Chunks(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Read(buffer.Span[..Math.Min(chunk, buffer.Length)]));
    }
}
