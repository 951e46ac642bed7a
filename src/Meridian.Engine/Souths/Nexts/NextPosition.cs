using Meridian.Engine.Souths.Files;

namespace Meridian.Engine.Souths.Nexts;

/// <summary>Where an item's position stands among the checkpoints of its South.</summary>
internal static class NextPosition
{
    /// <summary>What the keys of these checkpoints begin with.</summary>
    public const string KeyPrefix = "next/";

    private const int ItemDigits = 32;

    /// <summary>The key of an item: a hash, since names may be longer than keys.</summary>
    public static string KeyOf(string item) => KeyPrefix + TakenFile.Digits(item, ItemDigits);
}
