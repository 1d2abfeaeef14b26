using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// A folder of event files that TensorBoard shows; the tags are the names of <see cref="MetricsRow.Values"/>, the values float32 as the format has them. Every run and every
/// resume begins a file.
/// </summary>
/// <param name="folder">The folder; it is made, and the event files in it belong to this training alone.</param>
public sealed class TensorBoardMetrics(string folder) : IMetricsSink
{
    private const string EventFiles = "events.out.tfevents.*";

    private SummaryWriter? _writer;

    /// <inheritdoc/>
    public void Begin(int step)
    {
        Directory.CreateDirectory(folder);
        foreach (var path in Directory.GetFiles(folder, EventFiles))
        {
            if (step == 0)
            {
                File.Delete(path);
            }
            else
            {
                EventFile.Cut(path, step);
            }
        }

        _writer = utils.tensorboard.SummaryWriter(folder);
    }

    /// <inheritdoc/>
    public void Write(MetricsRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var writer = _writer ?? throw new InvalidOperationException($"'{folder}': Begin comes before Write.");
        foreach (var (name, value) in row.Values)
        {
            writer.add_scalar(name, (float)value, row.Step);
        }
    }

    /// <inheritdoc/>
    public void Flush()
    {
        // The writer opens the file for every event and closes it again: what is missing is the disk.
        foreach (var path in Directory.GetFiles(folder, EventFiles))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            file.Flush(flushToDisk: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _writer = null;
}
