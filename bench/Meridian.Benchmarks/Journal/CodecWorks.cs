using System.Buffers;
using System.Globalization;
using Meridian.Readings;
using Meridian.Sdk.Readings;

namespace Meridian.Benchmarks.Journal;

/// <summary>Records of readings in three shapes, written and read in memory on one core.</summary>
internal sealed class CodecWorks(TimeSpan duration)
{
    private const int Batches = 64;

    private static readonly (int Points, int Seconds)[] Shapes = [(100, 10), (1_000, 1), (10, 100)];

    private static TimeProvider Time => TimeProvider.System;

    /// <summary>A line for each shape, plain and compressed.</summary>
    public IEnumerable<string> Run()
    {
        foreach (var (points, seconds) in Shapes)
        {
            foreach (var compression in Enum.GetValues<ReadingsCompression>())
            {
                var name = $"{points:N0} points x {seconds} s, {compression}".ToLowerInvariant();
                yield return $"{name,-32} {Run(points, seconds, compression)}";
            }
        }
    }

    private string Run(int points, int seconds, ReadingsCompression compression)
    {
        var mix = new PlantMix(points, seed: 1);
        var batches = Enumerable.Range(0, Batches).Select(_ => mix.Next(seconds)).ToArray();
        var encoder = new ReadingsEncoder(new ReadingsEncoderOptions { Compression = compression });
        var payload = new ArrayBufferWriter<byte>();
        void Encode(int i)
        {
            payload.ResetWrittenCount();
            encoder.Encode(batches[i], payload);
        }

        var encoding = Measure(Encode, batches[0].Length);
        var records = new byte[Batches][];
        for (var i = 0; i < Batches; i++)
        {
            Encode(i);
            records[i] = payload.WrittenSpan.ToArray();
        }

        var decoder = new ReadingsDecoder();
        var output = new ArrayBufferWriter<Reading>(batches[0].Length);
        void Decode(int i)
        {
            output.ResetWrittenCount();
            _ = decoder.Decode(records[i], output);
        }

        var decoding = Measure(Decode, batches[0].Length);
        var bytes = (double)records.Sum(static record => record.Length) / (Batches * batches[0].Length);
        return string.Create(
            CultureInfo.InvariantCulture, $"{bytes:0.00} bytes a reading, encoded {encoding}, decoded {decoding}");
    }

    /// <summary>The best of five, after a second of getting warm: others on the machine only take away.</summary>
    private string Measure(Action<int> work, int readings)
    {
        _ = Rate(work, readings, TimeSpan.FromSeconds(1));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var rates = new double[5];
        long count = 0;
        for (var i = 0; i < rates.Length; i++)
        {
            (rates[i], var done) = Rate(work, readings, duration / rates.Length);
            count += done;
        }

        var allocated = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / count;
        return string.Create(CultureInfo.InvariantCulture, $"{rates.Max():N0}/s ({allocated:0.00} bytes allocated)");
    }

    private static (double Rate, long Count) Rate(Action<int> work, int readings, TimeSpan length)
    {
        var started = Time.GetTimestamp();
        long count = 0;
        while (Time.GetElapsedTime(started) < length)
        {
            for (var i = 0; i < Batches; i++)
            {
                work(i);
            }

            count += (long)Batches * readings;
        }

        return (count / Time.GetElapsedTime(started).TotalSeconds, count);
    }
}
