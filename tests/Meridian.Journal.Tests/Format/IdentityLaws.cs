using FsCheck;
using FsCheck.Fluent;
using Meridian.Journal.Format;

namespace Meridian.Journal.Tests.Format;

public sealed class IdentityLaws
{
    [Fact]
    public void Identity_AnyDamageAnywhere_IsSeen() => Prop.ForAll<byte, int, byte>((renewals, at, flip) =>
    {
        var identity = new JournalIdentity(Guid.NewGuid(), []);
        for (var i = 0; i < renewals; i++)
        {
            identity = identity.Renew(Guid.NewGuid());
        }

        var bytes = IdentityFile.Encode(identity);
        var read = IdentityFile.Decode(bytes, out _);
        var isSame = read is not null && read.Id == identity.Id && read.Former.SequenceEqual(identity.Former);
        bytes[Math.Abs(at % bytes.Length)] ^= (byte)(flip | 1);
        return isSame && IdentityFile.Decode(bytes, out _) is null;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Identity_AnyLength_IsReadWithoutAFault() => Prop.ForAll<int>(length =>
    {
        var bytes = IdentityFile.Encode(new JournalIdentity(Guid.NewGuid(), []).Renew(Guid.NewGuid()));
        return IdentityFile.Decode(bytes.AsSpan(0, Math.Abs(length % bytes.Length)), out _) is null;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Identity_RenewedTooOften_KeepsTheFirstIdAndTheNewest()
    {
        var first = Guid.NewGuid();
        var identity = new JournalIdentity(first, []);
        for (var i = 0; i < 2 * JournalIdentity.MaxFormer; i++)
        {
            identity = identity.Renew(Guid.NewGuid());
        }

        var newest = identity.Id;
        identity = identity.Renew(Guid.NewGuid());
        Assert.Equal((first, first, newest), (identity.Log, identity.Former[0], identity.Former[^1]));
        Assert.Equal(JournalIdentity.MaxFormer, identity.Former.Count);
        Assert.Equal(IdentityFile.MaxSize, IdentityFile.Encode(identity).Length);
        Assert.True(IdentityFile.MaxSize <= JournalLimits.MaxCheckpointBytes);
    }
}
