namespace Meridian.Readings.Columns;

/// <summary>The status codes of a record, each once, and for each reading which of them it has.</summary>
internal sealed class QualityColumn
{
    private readonly Dictionary<uint, int> _indexes = [];
    private readonly List<uint> _codes = [];
    private uint _lastCode;
    private int _last;

    public IReadOnlyList<uint> Codes => _codes;

    public int IndexOf(uint code) => code == _lastCode && _codes.Count > 0 ? _last : Find(code);

    public void Clear()
    {
        _indexes.Clear();
        _codes.Clear();
    }

    private int Find(uint code)
    {
        if (!_indexes.TryGetValue(code, out var index))
        {
            index = _codes.Count;
            _indexes.Add(code, index);
            _codes.Add(code);
        }

        _lastCode = code;
        _last = index;
        return index;
    }
}
