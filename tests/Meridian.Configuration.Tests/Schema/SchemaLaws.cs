using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meridian.Configuration.Schema;
using Meridian.Fixtures;
using Xunit.Abstractions;

namespace Meridian.Configuration.Tests.Schema;

/// <summary>Files with changes: reader and schema agree on every one of them.</summary>
public sealed class SchemaLaws(ITestOutputHelper output)
{
    private const string Probe = """
        {
          "$schema": "meridian.schema.json",
          "gateway": { "name": "plant-1", "drainTime": "20 s", "journal": { "maxBytes": "1 GB",
            "gatherTime": "5 ms", "keepPassed": "1 d", "maxAge": "30 d", "reserveBytes": "1 MiB",
            "maxFileBytes": "2 GiB" } },
          "schedules": [ { "name": "shift", "cron": "0 0 6 * * ?", "timeZone": "UTC" }, { "name": "f", "every": "5 s" } ],
          "souths": [
            { "name": "line1", "type": "probe", "enabled": true, "schedule": "5 s",
              "history": { "start": "2026-01-31T12:00:00Z", "maxInterval": "1 d", "recovery": "newestFirst" },
              "settings": { "host": "${env:HOST}", "port": 1884, "timeout": "5 s", "password": "${file:p}", "small": 1,
                "tiny": 3, "brokers": ["a", "b"], "weights": { "x": 1 }, "since": "2026-01-31T12:00:00Z",
                "server": "tcp://h:1", "payload": { "format": "json" }, "ratio": 1.5, "price": 2.5, "buffer": "2 kB",
                "auth": "token", "key": "k", "renews": true, "renewTime": "5 min", "word": "abc", "separator": ";",
                "id": "6f9619ff-8b86-4011-b42d-00c04fc964ff", "payloads": [ { "value": "v" } ], "role": "guest",
                "user": "you", "share": 0.5, "numbers": [1, 2], "large": 5, "clean": true, "keepAlive": "1 min",
                "plain": "p", "mail": "a@b", "even": 2,
                "free": { "a": [ 1, "${env:ONE}", null ], "b": { "c": true } } },
              "items": [ { "name": "all", "topic": "plant/#", "payload": { "format": "json" }, "qos": 1,
                "schedule": "shift", "group": "g", "enabled": false } ] },
            { "name": "line2", "type": "probe", "settings": { "host": "special", "vip": "v", "alias": "a" } },
            { "name": "line3", "type": "probe", "settings": { "auth": "basic", "key": "k" } },
            { "name": "line4", "type": "probe", "settings": { "small": 5, "payloads": [ { "format": "text" } ] } } ],
          "norths": [ { "name": "pg", "type": "sink", "from": ["line1", "line2"], "settings": { "folder": "x" },
            "batch": { "maxReadings": 10, "linger": "0 ms", "maxBytes": "64 KiB", "minDelay": "1 s",
              "schedule": "shift" },
            "lag": { "whenFull": "dropOldest", "maxBytes": "1 GiB", "maxData": 5000, "maxAge": "7 d" } } ]
        }
        """;

    private const string Plant = """
        {
          "souths": [
            { "name": "plant", "type": "mqtt",
              "settings": { "host": "127.0.0.1", "port": 1883, "clientId": "c", "keepAlive": "2 s", "password": "p",
                "userName": "u", "bufferSize": "1 MiB", "cleanSession": false, "receiveMaximum": 10 },
              "items": [ { "name": "numbers", "topic": "plant/numbers/#", "qos": 2, "schedule": null },
                { "name": "documents", "topic": "plant/documents/#", "point": "{topic[1]}",
                  "payload": { "format": "json", "value": "$.v", "timestamp": "$.t", "timestampFormat": "iso" } } ] } ],
          "norths": [
            { "name": "database", "type": "postgres", "settings": { "host": "h", "database": "d", "userName": "u",
              "password": "${env:HOST}", "tls": "verify", "caFile": "/ca.pem", "commandTimeout": "1 min" } },
            { "name": "tree", "type": "mqtt", "from": ["plant"],
              "settings": { "host": "h", "topic": "out/{point}", "format": "value", "isRetained": true } },
            { "name": "cloud", "type": "mqtt", "settings": { "host": "h", "version": "newest", "format": "template",
              "payload": { "v": "{value}", "tags": [ "{point[0]}", 1 ] },
              "properties": { "contentType": "t", "messageExpiry": "1 h", "userProperties": { "u": "{point}" } } } },
            { "name": "files", "type": "files", "settings": { "directory": "/tmp", "maxFileSize": "1 MiB" } },
            { "name": "console", "type": "console", "settings": { "format": "text", "maxLinesPerSecond": 0 } },
            { "name": "null", "type": "null" } ]
        }
        """;

    // So many of the values are tried for a name that stands in no file.
    private const int NamedValues = 8;

    private static readonly string[] Values =
    [
        "null", "\"x\"", "true", "1", "\"${env:ONE}\"", "\"5 s\"", "{}", "[]",
        "false", "0", "2", "-1", "1.5", "5.0", "1e3", "1e400", "70000", "99999999999999999999", "-99999999999999999999",
        "0.9999999999999999", "1.0000000000000002", "\"\"", "\" \"", "\"xyz\"", "\"abcde\"", "\"ABC\"",
        "\"5\"", "\" 1.5 min \"", "\"90 d\"", "\"00:00:10\"", "\"1.12:30\"", "\"24:00:00\"", "\"-1 s\"",
        "\"64 MiB\"", "\"1.5 gb\"", "\"4096\"", "\"9999999 TiB\"", "\"1 XB\"", "\"json\"", "\"text\"", "\"3.1.1\"",
        "\"basic\"", "\"token\"", "\"none\"", "\"special\"", "\"root\"", "\"probe\"", "\"sink\"", "\"mqtt\"",
        "\"null\"",
        "\"tcp://h:1\"", "\"/data\"", "\"x:\"", "\"2026-02-30T12:00:00Z\"", "\"2026-02-03T12:00+02:00\"", "\"2026\"",
        "\"6F9619FF-8B86-4011-B42D-00C04FC964FF\"", "\"${env:HOST}\"", "\"${env:GONE}\"",
        "\"${env:TRUE}\"", "\"${env:TOKEN}\"", "\"a${env:ONE}b\"", "\"${file:p}\"", "\"${foo:x}\"", "\"${env:x\"",
        "\"$${env:x\"", "\"$$${foo:\"", "\"${x}\"", "\"$\"", "\"{point}\"", "\"a/+/#\"", "\"a\\u0007b\"", "\"😀\"",
        "\"😀😀\"", "\"\\u0085\"", "\"5 s\\n\"", "\"a\\n\"", "[1]", "[null]", "[\"a\"]", "[\"a\",\"a\"]",
        "[\"a\",\"b\",\"c\"]", "[\"line1\",\"LINE1\"]", "[\"line1\",\"line1\"]", "[{}]", "{\"a\":1}", "{\"a\":null}", "{\"format\":\"json\"}",
        "{\"name\":\"x\"}", "\"line1\"", "\"LINE1\"", "\"subscription\"", "\"shift\"", "\"0 0 6 * * ?\"", "{\"folder\":\"y\"}", "{\"host\":\"h\"}",
    ];

    private static readonly ILookup<JsonValueKind, string> ValuesByKind =
        Values.ToLookup(value => JsonNode.Parse(value)?.GetValueKind() ?? JsonValueKind.Null);

    private static readonly string[] Names =
    [
        "auth", "key", "alias", "renews", "renewTime", "tiny", "vip", "host", "password", "x", "name", "type",
        "settings", "items", "enabled", "from", "batch", "lag", "whenFull", "mail", "even", "plain", "$schema", "caFile",
        "clean",
        "every", "cron",
        "timeZone", "schedule", "group",
    ];

    private static readonly FakeEnvironment Surroundings = new()
    {
        Variables =
        {
            ["HOST"] = "h",
            ["ONE"] = "1",
            ["TRUE"] = "true",
            ["TOKEN"] = "token",
        },
        Files = { ["p"] = "password" },
    };

    [Fact]
    public void SchemaAndReader_EveryKindOfSettingChangedOnce_Agree() => AgreeOnOneChange(Probe, Sample.Catalog);

    [Fact]
    public void SchemaAndReader_BuiltInConnectorsChangedOnce_Agree() => AgreeOnOneChange(Plant, BuiltIn.WithoutChecks);

    [Fact]
    public void SchemaAndReader_EveryKindOfSettingChangedAtRandom_Agree() => AgreeAtRandom(Probe, Sample.Catalog);

    [Fact]
    public void SchemaAndReader_BuiltInConnectorsChangedAtRandom_Agree() => AgreeAtRandom(Plant, BuiltIn.WithoutChecks);

    // Every value in place of every one, every property left out, every name added.
    private void AgreeOnOneChange(string valid, ConnectorCatalog catalog)
    {
        var validator = new SchemaValidator(JsonSchemaWriter.WriteFile(catalog).Text);
        var counts = new int[4];
        Assert.Equal(Verdict.Taken, Check(valid, catalog, validator));

        var file = JsonNode.Parse(valid)!;
        Seed.Run(random =>
        {
            // In the short mode every eighth change, from another one each time.
            var stride = TestMode.Pick(1, 8);
            var number = random.Next(stride);
            foreach (var change in Places(file).ToArray().SelectMany(ChangesOf))
            {
                if (number++ % stride == 0)
                {
                    var undo = change();
                    counts[(int)Check(file.ToJsonString(), catalog, validator)]++;
                    undo();
                }
            }
        });

        Tell(counts);
        Assert.Equal(Verdict.Taken, Check(file.ToJsonString(), catalog, validator));
    }

    private void AgreeAtRandom(string valid, ConnectorCatalog catalog)
    {
        var validator = new SchemaValidator(JsonSchemaWriter.WriteFile(catalog).Text);
        var counts = new int[4];

        Seed.Run(random =>
        {
            for (var round = 0; round < TestMode.Pick(20_000, 1_500); round++)
            {
                var file = JsonNode.Parse(valid)!;
                for (var changes = random.Next(1, 3); changes > 0; changes--)
                {
                    Change(file, random);
                }

                counts[(int)Check(file.ToJsonString(), catalog, validator)]++;
            }
        });

        Tell(counts);
    }

    private void Tell(int[] counts)
    {
        output.WriteLine($"taken {counts[1]}, refused by both {counts[2]}, by the reader alone {counts[3]}");
        Assert.True(counts[1] > 50 && counts[2] > 50 && counts[3] > 5, string.Join(' ', counts));
    }

    private static Verdict Check(string json, ConnectorCatalog catalog, SchemaValidator validator) =>
        SchemaAgreement.Check(
            json, ConfigurationReader.Read(Encoding.UTF8.GetBytes(json), catalog, Surroundings), validator);

    // Each change gives back how it is undone.
    private static IEnumerable<Func<Action>> ChangesOf(JsonNode place)
    {
        if (place is JsonArray list)
        {
            return Enumerable.Range(0, list.Count).SelectMany(index => Values.Select(value => (Func<Action>)(() =>
            {
                var former = list[index];
                list[index] = JsonNode.Parse(value);
                return () => list[index] = former;
            })));
        }

        var record = (JsonObject)place;
        var present = record.Select(member => member.Key).ToArray();
        return present
            .SelectMany(name => Values.Select(value => Setting(name, value)).Append(Removing(name)))
            .Concat(Names.Except(present, StringComparer.Ordinal)
                .SelectMany(name => Values.Take(NamedValues).Select(value => Setting(name, value))));

        Func<Action> Setting(string name, string value) => () =>
        {
            var hadIt = record.TryGetPropertyValue(name, out var former);
            record[name] = JsonNode.Parse(value);
            return () =>
            {
                if (hadIt)
                {
                    record[name] = former;
                }
                else
                {
                    record.Remove(name);
                }
            };
        };

        Func<Action> Removing(string name) => () =>
        {
            var index = record.IndexOf(name);
            var former = record[name];
            record.Remove(name);
            return () => record.Insert(index, name, former);
        };
    }

    // Another value, one property less or one more, at a place where something stands.
    private static void Change(JsonNode file, Random random)
    {
        var places = Places(file).ToArray();
        var place = places[random.Next(places.Length)];
        var value = JsonNode.Parse(Values[random.Next(Values.Length)]);
        switch (place)
        {
            case JsonObject { Count: > 0 } record when random.Next(3) == 0:
                record.RemoveAt(random.Next(record.Count));
                break;
            case JsonObject { Count: > 0 } record when random.Next(3) > 0:
                var (name, former) = record.ElementAt(random.Next(record.Count));
                record[name] = random.Next(3) > 0 ? Alike(former, random) : value;
                break;
            case JsonObject record:
                record[Names[random.Next(Names.Length)]] = value;
                break;
            case JsonArray { Count: > 0 } list when random.Next(2) == 0:
                list[random.Next(list.Count)] = value;
                break;
            case JsonArray list:
                list.Add(value);
                break;
            default:
                break;
        }
    }

    // A value of the same kind has a fair chance to be good.
    private static JsonNode? Alike(JsonNode? former, Random random)
    {
        var alike = ValuesByKind[former?.GetValueKind() ?? JsonValueKind.Null].ToArray();
        return alike.Length == 0 ? null : JsonNode.Parse(alike[random.Next(alike.Length)]);
    }

    private static IEnumerable<JsonNode> Places(JsonNode node)
    {
        yield return node;
        var inner = node switch
        {
            JsonObject record => record.Select(member => member.Value),
            JsonArray list => list,
            _ => [],
        };
        foreach (var place in inner.OfType<JsonNode>().Where(child => child is not JsonValue).SelectMany(Places))
        {
            yield return place;
        }
    }
}
