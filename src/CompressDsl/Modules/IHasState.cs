namespace CompressDsl;

/// <summary>
/// Something that a training depends on and that changes while it runs (a random stream, an optimizer, a replay buffer): what it saves and restores, a training that was
/// stopped goes on with to the bit.
/// </summary>
public interface IHasState
{
    /// <summary>Writes all that decides what it will do from now on.</summary>
    /// <param name="stream">Where to; it stays open.</param>
    void Save(Stream stream);

    /// <summary>Becomes what it was when <see cref="Save"/> wrote.</summary>
    /// <param name="stream">What <see cref="Save"/> wrote, at its beginning; it stays open.</param>
    void Restore(Stream stream);
}
