namespace QueryEngine.Connectors.Tpch.Generation;

/// <summary>
/// The random numbers of one column: every row group owns a fixed number of consecutive draws, used or not, which is
/// what lets a split start anywhere.
/// </summary>
internal sealed class RandomStream
{
    private readonly uint _groupJump;
    private uint _groupStart;

    /// <summary>Positions the stream on a group.</summary>
    /// <param name="seed">The state before the first draw of the table.</param>
    /// <param name="drawsPerGroup">How many draws each group owns.</param>
    /// <param name="firstGroup">The group to start with, from 0.</param>
    public RandomStream(uint seed, int drawsPerGroup, long firstGroup)
    {
        _groupJump = Lehmer.Jump(drawsPerGroup);
        _groupStart = Lehmer.Multiply(seed, Lehmer.Jump(drawsPerGroup * firstGroup));
    }

    /// <summary>The state before the first draw of the current group; moves on to the next group.</summary>
    public uint TakeGroup()
    {
        uint state = _groupStart;
        _groupStart = Lehmer.Multiply(state, _groupJump);
        return state;
    }

    /// <summary>Draws the same number of states for each row of the window.</summary>
    /// <param name="window">The rows; must follow those of the previous call.</param>
    /// <param name="drawsPerRow">Consecutive draws per row.</param>
    /// <param name="states">Receives RowCount * <paramref name="drawsPerRow"/> states.</param>
    public void Draw(RowWindow window, int drawsPerRow, Span<uint> states)
    {
        int next = 0;
        for (int group = 0; group < window.GroupCount; group++)
        {
            uint state = TakeGroup();
            int end = next + (window.RowsOf(group) * drawsPerRow);
            for (; next < end; next++)
            {
                state = Lehmer.Next(state);
                states[next] = state;
            }
        }
    }
}
