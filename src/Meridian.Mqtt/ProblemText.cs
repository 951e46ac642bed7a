using System.Globalization;
using System.Runtime.CompilerServices;

namespace Meridian.Mqtt;

/// <summary>What is wrong with an option, put into words only where it is: a client that is made a thousand times does
/// not write two dozen sentences each time that nobody reads.</summary>
[InterpolatedStringHandler]
internal ref struct ProblemText
{
    private DefaultInterpolatedStringHandler _text;

    /// <param name="literalLength">As the compiler counts.</param>
    /// <param name="formattedCount">As the compiler counts.</param>
    /// <param name="isGood">Whether there is nothing to say.</param>
    /// <param name="mustWrite">Whether the parts are asked for.</param>
    public ProblemText(int literalLength, int formattedCount, bool isGood, out bool mustWrite)
    {
        mustWrite = !isGood;
        _text = isGood ? default : new(literalLength, formattedCount, CultureInfo.InvariantCulture);
    }

    public void AppendLiteral(string text) => _text.AppendLiteral(text);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public string Take() => _text.ToStringAndClear();
}
