namespace CompressDsl;

/// <summary>
/// The threads that share a product: the caller's and as many more as libtorch may use. They take parts, one after the other, until none is left, so that a
/// slow core takes fewer. Every part is computed in the same way whoever takes it.
/// </summary>
internal static unsafe class KernelTeam
{
    /// <summary>Whether the threads are libtorch's; where they can be, unless a test wants otherwise.</summary>
    public static bool UsesOpenMp { get; set; } = OpenMpThreads.IsSupported;

    /// <summary>Does all parts of some work and returns.</summary>
    /// <param name="work">Does one part; it must not throw.</param>
    /// <param name="state">What it is given.</param>
    /// <param name="parts">How many parts there are.</param>
    /// <param name="threads">How many threads may take part, with the caller's.</param>
    public static void Run(delegate*<void*, int, void> work, void* state, int parts, int threads)
    {
        var job = new Job(work, state, parts);
        if (parts <= 1 || threads <= 1)
        {
            job.TakeParts();
        }
        else if (UsesOpenMp)
        {
            OpenMpThreads.Run(&job, threads);
        }
        else
        {
            KernelThreads.Run(&job, threads);
        }
    }

    /// <summary>Work in parts.</summary>
    internal struct Job(delegate*<void*, int, void> work, void* state, int parts)
    {
        private int next;

        /// <summary>Takes parts until none is left.</summary>
        public void TakeParts()
        {
            for (int part; (part = Interlocked.Increment(ref next) - 1) < parts;)
            {
                work(state, part);
            }
        }
    }
}
