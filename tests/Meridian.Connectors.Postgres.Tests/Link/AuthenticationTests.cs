using System.Buffers.Binary;
using System.Text;
using Meridian.Fixtures;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Postgres.Tests.Link;

/// <summary>A way to authenticate that a server asks for and that is not spoken here is named.</summary>
public sealed class AuthenticationTests
{
    [Theory]
    [InlineData(true, 2, "", "Kerberos 5")]
    [InlineData(false, 2, "", "Kerberos 5")]
    [InlineData(true, 4, "ab", "crypt")]
    [InlineData(false, 4, "ab", "crypt")]
    [InlineData(true, 6, "", "SCM credentials")]
    [InlineData(false, 6, "", "SCM credentials")]
    [InlineData(true, 7, "", "GSSAPI or SSPI (Kerberos)")]
    [InlineData(false, 7, "", "GSSAPI or SSPI (Kerberos)")]
    [InlineData(true, 9, "", "GSSAPI or SSPI (Kerberos)")]
    [InlineData(false, 9, "", "GSSAPI or SSPI (Kerberos)")]
    [InlineData(true, 10, "OAUTHBEARER\0\0", "another way of SASL than SCRAM (")]
    [InlineData(false, 10, "OAUTHBEARER\0\0", "another way of SASL than SCRAM (")]
    public async Task Method_ThatIsNotSpokenHere_IsNamed(bool isNorth, int code, string more, string method)
    {
        await using var rig = await LinkRig.NewAsync(isNorth);
        await using var other = new RawServer(Asking(code, more)) { StaysOpen = true };

        var fault = await rig.Make(rig.Settings with { Port = other.Port, Tls = PostgresTls.Off })
            .ConnectFaultAsync();

        Assert.Equal((Fault.Unauthorized, true), (fault.Fault, fault.IsTransient));
        Assert.Contains($"127.0.0.1:{other.Port} ", fault.Message, StringComparison.Ordinal);
        Assert.Contains($"asks this user to authenticate by {method}", fault.Message, StringComparison.Ordinal);
        Assert.Contains("user 'postgres'", fault.Message, StringComparison.Ordinal);
        Assert.Contains(
            "the line of pg_hba.conf that applies to it say scram-sha-256", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>R, the length of all but that letter, the method's code, and what belongs to it.</summary>
    private static string Asking(int code, string more)
    {
        var numbers = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(numbers, numbers.Length + more.Length);
        BinaryPrimitives.WriteInt32BigEndian(numbers.AsSpan(4), code);
        return $"R{Encoding.Latin1.GetString(numbers)}{more}";
    }
}
