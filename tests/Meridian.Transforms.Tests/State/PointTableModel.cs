using System.Buffers;
using FsCheck.Fluent;
using Meridian.Transforms.State;

namespace Meridian.Transforms.Tests.State;

/// <summary>The table against a list in the order in which points were heard of.</summary>
public sealed class PointTableModel
{
    private const int Capacity = 4;

    [Fact]
    public void AnyActions_AgreeWithAList() => Streams.Hold(
        Gen.Choose(0, 9).SelectMany(point => Gen.Choose(0, 19).Select(act => (Point: point, Act: act))).ArrayOf(),
        actions =>
        {
            var table = new PointTable<long>(Capacity);
            var model = new List<(PointKey Key, long State)>();
            foreach (var (point, act) in actions)
            {
                table = act switch
                {
                    0 => SavedAndLoaded(table),
                    _ => table,
                };
                if (act == 1 && table.Oldest != PointTable<long>.None)
                {
                    table.Remove(table.Oldest);
                    model.RemoveAt(0);
                }
                else
                {
                    Hear(table, model, new PointKey(point % 2 == 0 ? "even" : "odd", $"p{point}"), act);
                }

                Assert.Equal(model, Listed(table));
                Assert.Equal(model.Count, table.Count);
                Assert.Equal(model.Count == Capacity, table.IsFull);
            }
        });

    private static void Hear(PointTable<long> table, List<(PointKey Key, long State)> model, PointKey key, int state)
    {
        var known = model.FindIndex(one => one.Key == key);
        if (known >= 0)
        {
            model.RemoveAt(known);
        }
        else if (model.Count == Capacity)
        {
            model.RemoveAt(0);
        }

        model.Add((key, state));
        table[table.HearOrAdd(key, out var isNew)] = state;
        Assert.Equal(known < 0, isNew);
    }

    private static IEnumerable<(PointKey Key, long State)> Listed(PointTable<long> table)
    {
        for (var place = table.Oldest; place != PointTable<long>.None; place = table.NextOf(place))
        {
            yield return (table.KeyOf(place), table[place]);
        }
    }

    private static PointTable<long> SavedAndLoaded(PointTable<long> table)
    {
        var output = new ArrayBufferWriter<byte>();
        table.Save(new StateWriter(output), static (writer, state) => writer.WriteInteger(state));
        var loaded = new PointTable<long>(Capacity);
        var reader = new StateReader(output.WrittenSpan);
        Assert.True(loaded.Load(ref reader, static (ref from) => from.ReadInteger()) && reader.IsWhole);
        return loaded;
    }
}
