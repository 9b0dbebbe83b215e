using System.Text.Json;

namespace ReviewStudio.Core.Content.Media;

/// <summary>The loudest sample of each stretch of a sound, in bounded memory whatever its length.</summary>
internal sealed class Peaks
{
    private const int Most = 2_000;

    private readonly List<float> _peaks = [];
    private int _stretch = 50;
    private int _inStretch;
    private float _peak;

    /// <summary>Peaks in 0..1.</summary>
    public string ToJson() => JsonSerializer.Serialize(_peaks.Select(p => Math.Round(p, 3)));

    /// <param name="pcm">Signed 16-bit samples, little-endian, one channel.</param>
    public async Task ReadAsync(Stream pcm, CancellationToken stop)
    {
        var buffer = new byte[32 * 1024];
        var kept = 0;
        while (await pcm.ReadAsync(buffer.AsMemory(kept), stop) is > 0 and var count)
        {
            count += kept;
            for (var at = 0; at + 1 < count; at += 2)
            {
                Add(Math.Abs((short)(buffer[at] | (buffer[at + 1] << 8)) / 32768f));
            }

            kept = count & 1;
            if (kept == 1)
            {
                buffer[0] = buffer[count - 1];
            }
        }
    }

    /// <summary>Takes the next value.</summary>
    /// <param name="sample">Its size, 0 to 1.</param>
    public void Add(float sample)
    {
        _peak = Math.Max(_peak, sample);
        if (++_inStretch < _stretch)
        {
            return;
        }

        _peaks.Add(_peak);
        (_inStretch, _peak) = (0, 0);
        if (_peaks.Count == Most * 2)
        {
            // Twice as long stretches from here on, and two by two before.
            for (var i = 0; i < Most; i++)
            {
                _peaks[i] = Math.Max(_peaks[2 * i], _peaks[(2 * i) + 1]);
            }

            _peaks.RemoveRange(Most, Most);
            _stretch *= 2;
        }
    }
}
