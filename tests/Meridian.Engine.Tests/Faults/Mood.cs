namespace Meridian.Engine.Tests.Faults;

/// <summary>What a delivery meets.</summary>
internal enum Mood
{
    Fine,
    Fail,
    Bug,
    Busy,
    BusyForLong,
    LostMeanwhile,
    Late,
    Deaf,
    Prefix,
    RefuseAll,
    RefuseNamed,
    LoseAnswer,
}
