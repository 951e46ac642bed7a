using System.Buffers.Binary;

namespace Meridian.Engine.Accounts;

/// <summary>What one group of a South has brought, and its checkpoint. Drawn in docs/formats/account.md.</summary>
/// <param name="group">The group.</param>
internal sealed class GroupCount(string group)
{
    /// <summary>What the keys of groups begin with; the group follows.</summary>
    public const string KeyPrefix = "#account/";

    private const byte Version = 1;

    private readonly byte[] _value = new byte[1 + sizeof(long)];

    public string Group => group;

    public string Key { get; } = KeyPrefix + group;

    /// <summary>What is durable.</summary>
    public long Count { get; private set; }

    /// <summary>What is on its way to the disk with the record that is being stored.</summary>
    public long Staged { get; set; }

    /// <summary>The checkpoint as it will be with what is staged; lent until the next call.</summary>
    public ReadOnlyMemory<byte> Value
    {
        get
        {
            _value[0] = Version;
            BinaryPrimitives.WriteInt64LittleEndian(_value.AsSpan(1), Count + Staged);
            return _value;
        }
    }

    /// <summary>Takes up what is stored.</summary>
    /// <returns>Whether it could be read.</returns>
    public bool TryLoad(ReadOnlySpan<byte> value)
    {
        if (value.Length != 1 + sizeof(long) || value[0] != Version)
        {
            return false;
        }

        Count = BinaryPrimitives.ReadInt64LittleEndian(value[1..]);
        return true;
    }

    /// <summary>What is staged is durable, or never will be.</summary>
    public void Settle(bool isDurable)
    {
        Count += isDurable ? Staged : 0;
        Staged = 0;
    }
}
