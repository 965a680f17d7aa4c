namespace Longhand.Generation;

/// <summary>
/// Tokens by falling probability, the lowest number first among equals, one at a time: a binary heap, so that taking k of V tokens costs
/// V + k·log V steps where sorting them all would cost V·log V.
/// </summary>
internal sealed class LikeliestTokens(int vocabulary)
{
    private readonly int[] _heap = new int[vocabulary];
    private double[] _probabilities = [];
    private int _count;

    /// <summary>Begins anew with these probabilities, which must stay as they are while tokens are taken.</summary>
    public void Begin(double[] probabilities)
    {
        _probabilities = probabilities;
        _count = _heap.Length;
        for (int i = 0; i < _count; i++) _heap[i] = i;
        for (int i = (_count / 2) - 1; i >= 0; i--) Sink(i);
    }

    /// <summary>The likeliest token that has not been taken.</summary>
    public int Take()
    {
        int best = _heap[0];
        _heap[0] = _heap[--_count];
        Sink(0);
        return best;
    }

    private void Sink(int place)
    {
        int token = _heap[place];
        while (true)
        {
            int child = (2 * place) + 1;
            if (child >= _count) break;
            if (child + 1 < _count && Before(_heap[child + 1], _heap[child])) child++;
            if (!Before(_heap[child], token)) break;
            _heap[place] = _heap[child];
            place = child;
        }
        _heap[place] = token;
    }

    private bool Before(int a, int b) => _probabilities[a] > _probabilities[b] || (_probabilities[a] == _probabilities[b] && a < b);
}
