namespace Meridian.Readings.Columns;

/// <summary>
/// What the encoder remembers of a point from record to record. Nothing of it is needed to decode; it makes finding the
/// point quick and the choice of a form good.
/// </summary>
internal struct KnownPoint
{
    /// <summary>Decimals that are tried; a source that means a number to more is rare, and trying costs time.</summary>
    private const int MostDecimals = 9;

    /// <summary>A number that no decimals fit adds two, one that some do takes one away; at this many the point is
    /// taken for one without decimals.</summary>
    private const int MaxStrikes = 8;

    /// <summary>So many numbers of a point without decimals go by before decimals are tried again.</summary>
    private const int PatienceReadings = 64;

    private int _form;
    private int _strikes;
    private int _patience;

    public KnownPoint(string name)
    {
        Name = name;
        _form = ValueForm.Decimal;
    }

    /// <summary>The name, or null where no point is.</summary>
    public string? Name { get; }

    /// <summary>The point that came after this one when it came last.</summary>
    public int Next { get; set; }

    /// <summary>The record in which it came last, and its latest series there.</summary>
    public long Record { get; set; }

    /// <summary>Its latest series in that record.</summary>
    public int Series { get; set; }

    /// <summary>The form for a double, and the integer that it is in this form.</summary>
    public int Shape(double value, out long number)
    {
        if (_form >= ValueForm.Decimal && ValueForm.TryScale(value, _form, out number))
        {
            _strikes -= _strikes > 0 ? 1 : 0;
            return _form;
        }

        return Reshape(value, out number);
    }

    private int Reshape(double value, out long number)
    {
        if (_form < ValueForm.Decimal && --_patience <= 0)
        {
            _form = ValueForm.Decimal;
            _strikes = MaxStrikes - 1;
        }

        if (_form >= ValueForm.Decimal && Math.Abs(value) <= ValueForm.MaxExact)
        {
            for (var form = _form; form <= ValueForm.Decimal + MostDecimals; form++)
            {
                if (ValueForm.TryScale(value, form, out number))
                {
                    _form = form;
                    return form;
                }
            }
        }

        _strikes += 2;
        if (_form >= ValueForm.Decimal && _strikes >= MaxStrikes)
        {
            _form = ValueForm.Raw;
            _strikes = 0;
            _patience = PatienceReadings;
        }

        if (ValueForm.TryNarrow(value, out number))
        {
            return ValueForm.Single;
        }

        number = BitConverter.DoubleToInt64Bits(value);
        return ValueForm.Raw;
    }
}
