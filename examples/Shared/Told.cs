namespace Shared;

/// <summary>Hears of progress on the thread that makes it; <see cref="Progress{T}"/> would tell it later and in any order.</summary>
public sealed class Told<T>(Action<T> hear) : IProgress<T>
{
    public void Report(T value) => hear(value);
}
