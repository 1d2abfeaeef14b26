namespace CompressDsl;

/// <summary>Thrown out of a forward whose rest is not wanted.</summary>
internal sealed class StopException() : Exception("The rest of the forward is not wanted.")
{
    /// <summary>Runs until the end, or until <paramref name="stop"/> is thrown.</summary>
    public static void Run(Action action, StopException stop)
    {
        try
        {
            action();
        }
        catch (StopException thrown) when (ReferenceEquals(thrown, stop))
        {
        }
    }
}
