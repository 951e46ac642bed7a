using Meridian.Sdk.North;

namespace Meridian.Testing.Contract;

/// <summary>Compares what a destination has with what was delivered to it.</summary>
internal sealed class DeliveryVerdict(NorthCourse course, DeliveryGuarantee guarantee)
{
    /// <summary>What is wrong; null when nothing is, or the destination keeps nothing.</summary>
    public ContractViolationException? Judge(IReadOnlyList<long>? received)
    {
        if (received is null || guarantee == DeliveryGuarantee.None)
        {
            return null;
        }

        if (received.Contains(NorthCourse.Scribble))
        {
            return new ContractViolationException(
                Clause.Lent,
                "the readings as they were when the batch was handed over",
                "the destination has what was written into their memory after the call");
        }

        var counts = received.CountBy(static value => value).ToDictionary();
        if (counts.Keys.Where(value => value < 0 || value >= course.HandedCount).ToArray() is [var stranger, ..])
        {
            return new ContractViolationException(
                Clause.Values,
                $"nothing but what was handed over, 0 to {course.HandedCount - 1}",
                $"it has {stranger}");
        }

        for (var value = 0L; value < course.DeliveredCount; value++)
        {
            if (!counts.TryGetValue(value, out var count))
            {
                return new ContractViolationException(
                    Clause.Values,
                    $"all of the {course.DeliveredCount} readings that were returned as delivered",
                    $"the destination does not have number {value}");
            }

            if (count > 1 && guarantee is DeliveryGuarantee.ExactlyOnce or DeliveryGuarantee.EffectivelyOnce)
            {
                return new ContractViolationException(
                    Clause.Guarantee,
                    $"{guarantee}: each reading once",
                    $"the destination has number {value} {count} times");
            }
        }

        return null;
    }
}
