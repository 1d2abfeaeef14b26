using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>Workers that are threads of this process: what an engine behind <see cref="IWorkers"/> has to do, at its smallest.</summary>
internal sealed class ThreadTeam(int count) : IDisposable
{
    private readonly Barrier barrier = new(count);
    private readonly object?[] parts = new object?[count];

    public IWorkers Worker(int rank) => new Member(this, rank);

    public void Dispose() => barrier.Dispose();

    /// <summary>Gives everybody's part to everybody, in the order of ranks; nobody goes on before all have read.</summary>
    private TResult Exchange<TPart, TResult>(int rank, TPart part, Func<IEnumerable<TPart>, TResult> combine)
    {
        parts[rank] = part;
        barrier.SignalAndWait();
        var result = combine(parts.Cast<TPart>());
        barrier.SignalAndWait();
        return result;
    }

    private sealed class Member(ThreadTeam team, int rank) : IWorkers
    {
        public int Count => team.parts.Length;

        public int Rank => rank;

        public long Sum(long value) => team.Exchange(rank, value, static parts => parts.Sum());

        public void Sum(Tensor tensor)
        {
            using var scope = NewDisposeScope();
            tensor.copy_(team.Exchange(rank, tensor, static parts => stack(parts).sum(dim: 0)));
        }
    }
}
