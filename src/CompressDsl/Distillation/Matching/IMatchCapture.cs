namespace CompressDsl;

/// <summary>What is kept of one layer for a feature term.</summary>
public interface IMatchCapture : IDisposable
{
    /// <summary>The places that a mean is taken over: [batch, length], or [batch], where every sample is one place.</summary>
    long[] Places { get; }
}
