namespace Distilling;

/// <summary>The figures of one seed.</summary>
/// <param name="Seed">The seed of first weights, of the order of the text, and of what is drawn.</param>
/// <param name="Start">The student when it had read, before any teacher.</param>
/// <param name="Offline">Distilled on the data's text, with the forward KL.</param>
/// <param name="OnPolicy">Distilled on its own text, with the reverse KL.</param>
/// <param name="OfflineReverse">Distilled on the data's text, with the reverse KL: what the divergence does alone.</param>
public sealed record OnPolicyRow(int Seed, Judgement Start, Judgement Offline, Judgement OnPolicy, Judgement OfflineReverse)
{
    internal IEnumerable<(string Name, Judgement Judged)> Students =>
        [("before", Start), ("offline: forward KL, the data's text", Offline), ("on-policy: reverse KL, its own text", OnPolicy), ("reverse KL, the data's text", OfflineReverse)];
}

/// <summary>What the teacher thinks of what a student writes.</summary>
/// <param name="Perplexity">The teacher's, per byte of the student's own text.</param>
/// <param name="OwnPerplexity">The student's own, of the same text: how sure it is of what it writes.</param>
/// <param name="BitsPerByte">The student's, on the validation text.</param>
public sealed record Judgement(double Perplexity, double OwnPerplexity, double BitsPerByte)
{
    /// <summary>How much less likely the teacher finds a byte than the student that wrote it, in nats: the reverse KL on the student's own text.</summary>
    public double Divergence => Math.Log(Perplexity / OwnPerplexity);
}
