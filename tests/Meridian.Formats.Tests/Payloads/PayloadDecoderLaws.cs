using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Formats.Payloads;

namespace Meridian.Formats.Tests.Payloads;

public sealed class PayloadDecoderLaws
{
    private const string Document =
        """{"a":{"v":[1,2.5,"x\u00e9",{"w":null}]},"t":"2026-11-21T10:15:00Z","q":"uncertain"}""";

    [Fact]
    public void Decode_AnyBytes_NeverThrowsAndPiecesAgree()
    {
        var decoders = All();

        Check.QuickThrowOnFailure(Prop.ForAll<byte[]>(bytes => Agree(decoders, bytes)));
    }

    [Fact]
    public void Decode_DamagedDocument_NeverThrowsAndPiecesAgree()
    {
        var decoders = All();
        var document = Encoding.UTF8.GetBytes(Document);

        Check.QuickThrowOnFailure(Prop.ForAll<int, byte>((where, what) =>
        {
            var damaged = document.ToArray();
            damaged[(where & int.MaxValue) % damaged.Length] = what;
            Agree(decoders, damaged);
            Agree(decoders, document[..((where & int.MaxValue) % document.Length)]);
        }));
    }

    private static PayloadDecoder[] All() =>
    [
        .. Enum.GetValues<PayloadFormat>().Select(format => new PayloadSpec { Format = format }).Append(new PayloadSpec
        {
            Format = PayloadFormat.Json, ValuePath = "$.a.v[3]", TimestampPath = "$.t", QualityPath = "$.q",
        }).Select(spec =>
        {
            Assert.True(PayloadDecoder.TryCompile(spec, out var decoder, out _));
            return decoder;
        }),
    ];

    private static void Agree(PayloadDecoder[] decoders, byte[] bytes)
    {
        foreach (var decoder in decoders)
        {
            var whole = decoder.TryDecode(new ReadOnlySequence<byte>(bytes), out var one, out var reason);
            var pieces = decoder.TryDecode(Pieces.Of(bytes), out var two, out _);
            Assert.Equal(whole, pieces);
            Assert.Equal(one, two);
            Assert.Equal(whole, reason is null);
        }
    }
}
