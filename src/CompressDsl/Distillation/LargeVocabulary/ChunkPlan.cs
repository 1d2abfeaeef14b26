namespace CompressDsl;

/// <summary>How many rows are in memory at a time.</summary>
/// <param name="Block">Rows whose logits are computed in one product, and whose gradients go into the weight's in one.</param>
/// <param name="Slice">Rows of a block that go through the loss together.</param>
internal readonly record struct ChunkPlan(long Block, long Slice)
{
    // Products want many rows, for they read or write the whole weight each time, and hold two numbers a logit. The loss holds many more: about twenty
    // tensors of the size of the logits are alive at once in the longest of the divergences. Half of the budget for each.
    private const int AliveInLoss = 20;

    /// <summary>The greatest that fit the budget; at least one row.</summary>
    public static ChunkPlan Of(HeadRows student, HeadRows? teacher, long budget)
    {
        var both = student.BytesPerRow + (teacher?.BytesPerRow ?? 0);
        var widest = Math.Max(student.BytesPerRow, teacher?.BytesPerRow ?? 0);
        var block = Math.Max(1, budget / 2 / both);
        return new(block, Math.Clamp(budget / 2 / (AliveInLoss * widest), 1, block));
    }
}
