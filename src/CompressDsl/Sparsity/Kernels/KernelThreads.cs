namespace CompressDsl;

/// <summary>Threads of our own, where those of libtorch cannot be had.</summary>
/// <remarks>
/// <para>Not the thread pool: its queue allocates, and waking a thread takes longer than a small product. Threads of a team look for work for some
/// microseconds before they sleep.</para>
/// <para>One call at a time has the team. A second one at the same time works alone.</para>
/// </remarks>
internal static unsafe class KernelThreads
{
    // About 20 to 50 microseconds: as long as waking up would take.
    private const int LooksBeforeSleep = 1000;

    private static readonly object Turn = new();
    private static readonly object Sleep = new();

    private static KernelTeam.Job* job;
    private static int threads = 1;
    private static int started = 1;
    private static int open;
    private static int inside;
    private static int call;
    private static int sleeping;

    /// <summary>Lets this thread and others take the parts of a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="threads">How many threads, with this one.</param>
    public static void Run(KernelTeam.Job* job, int threads)
    {
        if (!Monitor.TryEnter(Turn))
        {
            job->TakeParts();
            return;
        }

        try
        {
            StartUpTo(threads);
            KernelThreads.job = job;
            KernelThreads.threads = threads;
            Volatile.Write(ref open, 1);
            Interlocked.Increment(ref call);
            WakeUp();
            job->TakeParts();
            Interlocked.Exchange(ref open, 0);
            for (var wait = default(SpinWait); Volatile.Read(ref inside) != 0;)
            {
                wait.SpinOnce(sleep1Threshold: -1);
            }
        }
        finally
        {
            Monitor.Exit(Turn);
        }
    }

    private static void StartUpTo(int threads)
    {
        for (; started < threads; started++)
        {
            var number = started;
            new Thread(() => Serve(number)) { IsBackground = true, Name = $"CompressDsl kernel {number}" }.Start();
        }
    }

    private static void WakeUp()
    {
        if (Volatile.Read(ref sleeping) != 0)
        {
            lock (Sleep)
            {
                Monitor.PulseAll(Sleep);
            }
        }
    }

    private static void Serve(int number)
    {
        for (var seen = 0; ;)
        {
            seen = WaitForCall(seen);

            // First in, then the look whether there is something to do: the caller closes first, and then looks whether somebody is in.
            Interlocked.Increment(ref inside);
            if (Volatile.Read(ref open) != 0 && number < threads)
            {
                job->TakeParts();
            }

            Interlocked.Decrement(ref inside);
        }
    }

    private static int WaitForCall(int seen)
    {
        for (var look = 0; look < LooksBeforeSleep; look++)
        {
            if (Volatile.Read(ref call) != seen)
            {
                return call;
            }

            Thread.SpinWait(1);
        }

        lock (Sleep)
        {
            Interlocked.Increment(ref sleeping);
            while (Volatile.Read(ref call) == seen)
            {
                Monitor.Wait(Sleep);
            }

            Interlocked.Decrement(ref sleeping);
            return call;
        }
    }
}
