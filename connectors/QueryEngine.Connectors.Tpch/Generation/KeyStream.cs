namespace QueryEngine.Connectors.Tpch.Generation;

/// <summary>Random foreign keys between 1 and the number of rows of the table they refer to.</summary>
internal abstract class KeyStream
{
    /// <summary>From this scale factor on keys are drawn from a 64-bit generator.</summary>
    private const int WideScaleFactor = 30_000;

    public static KeyStream Create(
        ScaleFactor scale, uint seed, int drawsPerGroup, long highestKey, long firstGroup) =>
        scale >= WideScaleFactor
            ? new Wide(seed, drawsPerGroup, highestKey, firstGroup)
            : new Narrow(new RandomStream(seed, drawsPerGroup, firstGroup), highestKey);

    /// <summary>Draws one key for each row of the window.</summary>
    public abstract void Fill(RowWindow window, Span<long> keys);

    private sealed class Narrow(RandomStream stream, long highestKey) : KeyStream
    {
        public override void Fill(RowWindow window, Span<long> keys)
        {
            int row = 0;
            for (int group = 0; group < window.GroupCount; group++)
            {
                uint state = stream.TakeGroup();
                int end = row + window.RowsOf(group);
                for (; row < end; row++)
                {
                    state = Lehmer.Next(state);
                    keys[row] = 1 + Lehmer.Scale(state, highestKey);
                }
            }
        }
    }

    /// <summary>
    /// Draws from x' = 6364136223846793005 x + 1 modulo 2^64. The reference generator's own rows depend on the number
    /// of chunks it writes at these scale factors; here a row depends on its position only.
    /// </summary>
    private sealed class Wide : KeyStream
    {
        private const ulong Multiplier = 6364136223846793005;

        private readonly long _highestKey;
        private readonly (ulong Factor, ulong Addend) _groupJump;
        private ulong _groupStart;

        public Wide(uint seed, int drawsPerGroup, long highestKey, long firstGroup)
        {
            _highestKey = highestKey;
            _groupJump = Jump(drawsPerGroup);
            (ulong factor, ulong addend) = Jump(drawsPerGroup * firstGroup);
            _groupStart = (seed * factor) + addend;
        }

        public override void Fill(RowWindow window, Span<long> keys)
        {
            int row = 0;
            for (int group = 0; group < window.GroupCount; group++)
            {
                ulong state = _groupStart;
                int end = row + window.RowsOf(group);
                for (; row < end; row++)
                {
                    state = (state * Multiplier) + 1;
                    ulong magnitude = (long)state < 0 ? 0 - state : state;
                    keys[row] = 1 + (long)(magnitude % (ulong)_highestKey);
                }

                _groupStart = (_groupStart * _groupJump.Factor) + _groupJump.Addend;
            }
        }

        /// <summary>The affine map that advances a state by a number of steps: the step composed with itself.</summary>
        private static (ulong Factor, ulong Addend) Jump(long steps)
        {
            (ulong factor, ulong addend) = (1, 0);
            (ulong stepFactor, ulong stepAddend) = (Multiplier, 1);
            for (; steps > 0; steps >>= 1)
            {
                if ((steps & 1) != 0)
                    (factor, addend) = (factor * stepFactor, (addend * stepFactor) + stepAddend);
                (stepFactor, stepAddend) = (stepFactor * stepFactor, (stepAddend * stepFactor) + stepAddend);
            }

            return (factor, addend);
        }
    }
}
