using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Mqtt.South.ExactlyOnce;

/// <summary>
/// A set of Packet Identifiers as checkpoints: a bit each, 4,096 of them in one checkpoint, so that a record carries
/// the pages that it changes and no more. Belongs to one loop.
/// </summary>
/// <remarks>
/// <code>
/// key       qos2/PAGE                 PAGE: the identifier's upper four bits, 0 to 15
/// position  [version 1][8 bytes: whose session][512 bytes: bit n is identifier PAGE * 4,096 + n]
/// </code>
/// The session is told by a hash of broker and Client Identifier: another broker's identifiers mean nothing here.
/// </remarks>
internal sealed class IdentifierPages
{
    public const int PageCount = 16;

    private const byte Version = 1;
    private const int IdentifiersPerPage = 65_536 / PageCount;
    private const int HeadBytes = 1 + sizeof(ulong);
    private const int SizeBytes = HeadBytes + (IdentifiersPerPage / 8);

    private readonly byte[][] _pages = new byte[PageCount][];
    private readonly bool[] _isChanged = new bool[PageCount];
    private readonly int[] _counts = new int[PageCount];

    /// <param name="session">Whose identifiers they are, such as broker and Client Identifier.</param>
    public IdentifierPages(string session)
    {
        var hash = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(session)));
        for (var i = 0; i < PageCount; i++)
        {
            _pages[i] = new byte[SizeBytes];
            _pages[i][0] = Version;
            BinaryPrimitives.WriteUInt64LittleEndian(_pages[i].AsSpan(1), hash);
        }
    }

    /// <summary>Reads what an earlier run left; pages of another session are passed over.</summary>
    public IEnumerable<ushort> Read(ISouthContext context)
    {
        for (var page = 0; page < PageCount; page++)
        {
            if (context.FindCheckpoint(KeyOf(page)) is not { Length: SizeBytes } stored
                || !stored.Span[..HeadBytes].SequenceEqual(_pages[page].AsSpan(0, HeadBytes)))
            {
                continue;
            }

            for (var i = 0; i < IdentifiersPerPage; i++)
            {
                if ((stored.Span[HeadBytes + (i >> 3)] & (1 << (i & 7))) != 0)
                {
                    var identifier = (ushort)((page * IdentifiersPerPage) + i);
                    Set(identifier, isIn: true);
                    yield return identifier;
                }
            }

            _isChanged[page] = false;
        }
    }

    public void Add(ushort identifier) => Set(identifier, isIn: true);

    public void Remove(ushort identifier) => Set(identifier, isIn: false);

    public void Clear()
    {
        for (var page = 0; page < PageCount; page++)
        {
            if (_counts[page] > 0)
            {
                _pages[page].AsSpan(HeadBytes).Clear();
                _counts[page] = 0;
                _isChanged[page] = true;
            }
        }
    }

    /// <summary>Empties all pages, whatever was said of them before.</summary>
    public void ClearAnew()
    {
        Clear();
        Array.Fill(_isChanged, value: true);
    }

    /// <summary>The pages that have changed since the last call, as they are now.</summary>
    public IReadOnlyList<Checkpoint> TakeChanges()
    {
        List<Checkpoint>? changes = null;
        for (var page = 0; page < PageCount; page++)
        {
            if (_isChanged[page])
            {
                _isChanged[page] = false;
                (changes ??= []).Add(new Checkpoint(KeyOf(page), _pages[page].ToArray()));
            }
        }

        return changes ?? [];
    }

    private static string KeyOf(int page) => string.Create(CultureInfo.InvariantCulture, $"qos2/{page}");

    private void Set(ushort identifier, bool isIn)
    {
        var page = identifier / IdentifiersPerPage;
        var place = identifier % IdentifiersPerPage;
        ref var bits = ref _pages[page][HeadBytes + (place >> 3)];
        var bit = (byte)(1 << (place & 7));
        if (((bits & bit) != 0) == isIn)
        {
            return;
        }

        bits ^= bit;
        _counts[page] += isIn ? 1 : -1;
        _isChanged[page] = true;
    }
}
