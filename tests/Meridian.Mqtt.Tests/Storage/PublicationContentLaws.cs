using FsCheck;
using FsCheck.Fluent;
using Meridian.Mqtt.Storage;

namespace Meridian.Mqtt.Tests.Storage;

/// <summary>Laws of stored content.</summary>
public sealed class PublicationContentLaws
{
    [Fact]
    public void AnyPublication_WrittenAndRead_IsTheSame() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll<ulong, ushort, byte[]>((key, size, data) =>
        {
            var publication = Publications.Of(key, size % 300) with
            {
                PacketIdentifier = size,
                IsReleased = data.Length % 2 == 0,
            };
            publication = publication with
            {
                ExpiresAt = data.Length % 3 == 0 ? null : DateTimeOffset.UnixEpoch.AddTicks(size),
                Message = publication.Message with
                {
                    Payload = data,
                    Properties = data.Length % 4 == 0
                        ? null
                        : new MqttMessageProperties
                        {
                            IsText = data.Length % 5 == 0,
                            ResponseTopic = "answer",
                            CorrelationData = data,
                            Expiry = TimeSpan.FromSeconds(size),
                            UserProperties = [new("a", "1"), new("a", "2")],
                        },
                },
            };
            var bytes = new byte[PublicationContent.Measure(publication)];
            PublicationContent.Write(bytes, publication);

            var read = PublicationContent.Read(bytes);

            return string.Equals(Publications.Text(read), Publications.Text(publication), StringComparison.Ordinal)
                && read.Message.Payload.Span.SequenceEqual(data)
                && read.PacketIdentifier == size && read.IsReleased == publication.IsReleased
                && read.Message.Properties?.Expiry == publication.Message.Properties?.Expiry;
        }));

    [Fact]
    public void AnyBytes_AreReadOrFaulted_AndNothingElse() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), Prop.ForAll<byte[]>(bytes =>
        {
            try
            {
                _ = PublicationContent.Read(bytes);
            }
            catch (Exception error) when (
                error is MqttProtocolException or ArgumentOutOfRangeException or OverflowException)
            {
                return true;
            }

            return true;
        }));
}
