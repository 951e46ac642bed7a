using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Meridian.Fixtures;

namespace Meridian.Configuration.Tests.Edits;

/// <summary>Whatever a file looks like and whatever becomes of it: the text says what was wanted.</summary>
public sealed class SyntaxRewriterLaws
{
    private const int Runs = 5_000;

    [Fact]
    public void AnyText_ChangedInAnyWay_SaysWhatWasWanted_AndChangesNoFurther() => Seed.Run(static random =>
    {
        for (var i = 0; i < Runs; i++)
        {
            var before = Draw(random, depth: 3)!;
            var text = Spaced(random, before);
            var next = Change(random, before.DeepClone(), depth: 3)!;

            var written = SyntaxRewriterTests.Rewrite(text, next);

            var said = SyntaxRewriterTests.Parse(written);
            Assert.True(
                JsonNode.DeepEquals(next, said),
                $"{text}\n--- to {next.ToJsonString()}\n--- became\n{written}");
            Assert.Equal(written, SyntaxRewriterTests.Rewrite(written, said));
        }
    });

    [Fact]
    public void Comments_OfWhatStays_Stay() => Seed.Run(static random =>
    {
        for (var i = 0; i < Runs; i++)
        {
            var names = Enumerable.Range(0, random.Next(1, 8)).ToArray();
            var text = new StringBuilder("[\n");
            foreach (var name in names)
            {
                text.Append(CultureInfo.InvariantCulture, $"  // above {name}\n  {{ \"name\": \"{name}\" }},")
                    .Append(CultureInfo.InvariantCulture, $" // behind {name}\n");
            }

            random.Shuffle(names);
            var kept = names[..random.Next(names.Length + 1)];
            var next = new JsonArray([.. kept.Select(static name => new JsonObject
            {
                ["name"] = name.ToString(CultureInfo.InvariantCulture),
                ["new"] = true,
            })]);

            var written = SyntaxRewriterTests.Rewrite(text.Append("]\n").ToString(), next);

            foreach (var name in names)
            {
                var isKept = kept.Contains(name);
                Assert.Equal(isKept, written.Contains($"above {name}\n", StringComparison.Ordinal));
                Assert.Equal(isKept, written.Contains($"behind {name}\n", StringComparison.Ordinal));
            }
        }
    });

    private static JsonNode? Draw(Random random, int depth) => random.Next(depth > 0 ? 8 : 4) switch
    {
        0 => random.Next(5),
        1 => random.Next(2) == 0,
        2 => $"t{random.Next(5)} // no comment, \"quoted\"",
        3 => 1.5,
        4 or 5 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Draw(random, depth - 1))]),
        6 => new JsonArray([.. Enumerable.Range(0, random.Next(5)).Select(i => Named(random, i, depth))]),
        _ => Record(random, depth),
    };

    private static JsonObject Record(Random random, int depth)
    {
        var record = new JsonObject();
        foreach (var i in Enumerable.Range(0, random.Next(4)))
        {
            record[$"p{i}"] = Draw(random, depth - 1);
        }

        return record;
    }

    private static JsonObject Named(Random random, int index, int depth)
    {
        var record = Record(random, depth - 1);
        record["name"] = $"n{index}";
        return record;
    }

    private static JsonNode? Change(Random random, JsonNode? node, int depth)
    {
        switch (node)
        {
            case JsonObject record when random.Next(6) > 0:
                foreach (var name in record.Select(static one => one.Key).ToArray())
                {
                    switch (random.Next(5))
                    {
                        case 0:
                            record.Remove(name);
                            break;
                        case 1:
                            var value = Change(random, record[name]?.DeepClone(), depth - 1);
                            record[name] = value;
                            break;
                        default:
                            break;
                    }
                }

                if (random.Next(3) == 0)
                {
                    record[$"q{random.Next(3)}"] = Draw(random, depth - 1);
                }

                return record;
            case JsonArray list when random.Next(6) > 0:
                var entries = list.Where(_ => random.Next(4) > 0)
                    .Select(one => random.Next(3) == 0 ? Change(random, one?.DeepClone(), depth - 1) : one?.DeepClone())
                    .ToList();
                if (random.Next(3) == 0)
                {
                    entries.Insert(random.Next(entries.Count + 1), Draw(random, depth - 1));
                }

                var shuffled = entries.ToArray();
                if (random.Next(3) == 0)
                {
                    random.Shuffle(shuffled);
                }

                return new JsonArray(shuffled);
            default:
                return random.Next(2) == 0 ? Draw(random, depth) : node;
        }
    }

    /// <summary>The text, with white space, comments and trailing commas anywhere.</summary>
    private static string Spaced(Random random, JsonNode? node)
    {
        var text = new StringBuilder();
        Write(node);
        Gap();
        return text.ToString();

        void Write(JsonNode? value)
        {
            Gap();
            switch (value)
            {
                case JsonObject record:
                    text.Append('{');
                    Entries(record, one =>
                    {
                        Gap();
                        text.Append(CultureInfo.InvariantCulture, $"\"{one.Key}\"");
                        text.Append(random.Next(3) == 0 ? " :" : ":"); // No comment may stand before it.
                        Write(one.Value);
                    });
                    text.Append('}');
                    break;
                case JsonArray list:
                    text.Append('[');
                    Entries(list, Write);
                    text.Append(']');
                    break;
                default:
                    text.Append(value?.ToJsonString() ?? "null");
                    break;
            }
        }

        void Entries<T>(ICollection<T> entries, Action<T> write)
        {
            var left = entries.Count;
            foreach (var entry in entries)
            {
                write(entry);
                Gap();
                if (--left > 0 || random.Next(3) == 0)
                {
                    text.Append(',');
                }

                Gap();
            }
        }

        void Gap() => text.Append(random.Next(12) switch
        {
            0 => " ",
            1 => "\n",
            2 => "\n\n  ",
            3 => " // a comment, with ] and , in it\n",
            4 => "/* one */ ",
            5 => "\n/* of\ntwo lines */\n",
            6 => "\r\n",
            _ => string.Empty,
        });
    }
}
